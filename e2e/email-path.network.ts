import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Channel } from '../contract/channels.ts'
import { listOf } from '../contract/http.ts'
import { enqueueMail } from '../src/modules/mail/index.ts'
import { inWorkspace } from '../src/platform/db.ts'
import { type MailDesk, openMailDesk, pause, until } from './mail/desk.ts'
import { ANA, type MailTown, openMailTown, SHOP } from './mail/town.ts'

let town: MailTown
let desk: MailDesk
beforeAll(async () => {
  town = await openMailTown()
  desk = await openMailDesk(town)
})
afterAll(async () => {
  await desk?.close()
  await town?.close()
})

const write = (to: string, subject: string, key?: string) =>
  inWorkspace(desk.database.db, desk.workspaceId, (tx) =>
    enqueueMail(tx, {
      workspaceId: desk.workspaceId,
      to,
      subject,
      text: `Words of ${subject}`,
      ...(key === undefined ? {} : { key }),
    }),
  )
const mailAbout = async (subject: string) =>
  (await desk.mails()).find((mail) => mail.subject === subject)
const opened = (words: string) =>
  until(async () => (await desk.conversations()).find(({ preview }) => preview.includes(words)))
const reply = async (conversation: string, text: string) => {
  const answer = await desk.api('POST', `/api/v1/conversations/${conversation}/replies`, { text })
  expect(answer.status).toBe(202)
  const arrived = await until(async () =>
    (await town.arrived()).find((mail) => mail.text?.includes(text)),
  )
  // A mailbox tells time in whole seconds, and nobody answers within one.
  await pause(1100)
  return arrived
}
const idOf = (header: string | undefined) => header?.replace(/^<|>$/g, '') ?? ''

describe('mail that Parley writes by itself', () => {
  it('waits while no e-mail account is connected, says so, and goes out when one is', async () => {
    await write('owner@shop.example', 'Your digest')
    const waiting = await until(async () => {
      const mail = await mailAbout('Your digest')
      return mail?.problem ? mail : undefined
    })
    expect(waiting).toMatchObject({ state: 'waiting', to: 'owner@shop.example', attempts: 0 })
    expect(waiting.problem).toContain('No e-mail account is connected')
    expect((await desk.connect()).status).toBe(201)
    await until(async () => {
      await desk.hasten()
      return (await mailAbout('Your digest'))?.state === 'sent'
    })
    const [mail] = await town.arrived('owner@shop.example')
    expect(mail).toMatchObject({ subject: 'Your digest', from: { address: SHOP } })
    expect(mail?.text).toContain('Words of Your digest')
    expect(mail?.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated')
  })

  it('is sent once for one key, and not at all when the change it belongs to is undone', async () => {
    await write('once@shop.example', 'Once', 'invitation:1')
    await write('once@shop.example', 'Once more', 'invitation:1')
    await expect(
      inWorkspace(desk.database.db, desk.workspaceId, async (tx) => {
        await enqueueMail(tx, {
          workspaceId: desk.workspaceId,
          to: 'once@shop.example',
          subject: 'Undone',
          text: 'never',
        })
        throw new Error('changed my mind')
      }),
    ).rejects.toThrow('changed my mind')
    await until(async () => (await mailAbout('Once'))?.state === 'sent')
    await pause(500)
    expect((await town.arrived('once@shop.example')).map(({ subject }) => subject)).toEqual([
      'Once',
    ])
  })

  it('keeps what its lines could smuggle out of the headers, and refuses what is no address', async () => {
    await write('plain@shop.example', 'Hello\r\nBcc: victim@example.com\r\n\r\nbody')
    await until(async () => (await town.arrived('plain@shop.example')).length > 0)
    const [mail] = await town.arrived('plain@shop.example')
    expect(mail?.bcc).toBeUndefined()
    expect(mail?.subject).toBe('Hello Bcc: victim@example.com body')
    expect(await town.arrived('victim@example.com')).toEqual([])
    await expect(write('a@b.c\r\nRCPT TO:<victim@example.com>', 'x')).rejects.toThrow(
      'not an e-mail',
    )
  })

  it('looks before it repeats, and finds what the provider took', async () => {
    town.smtp.setFault({ at: 'answer' })
    await write('doubt@shop.example', 'In doubt')
    await until(async () => {
      await desk.hasten()
      return (await mailAbout('In doubt'))?.state === 'sent'
    })
    expect((await town.arrived('doubt@shop.example')).length).toBe(1)
  })

  it('repeats once with the same Message-ID when it finds nothing, then leaves it to a person', async () => {
    town.state.files = false
    try {
      await write('twice@shop.example', 'Twice in doubt')
      town.smtp.setFault({ at: 'answer' })
      await until(async () => {
        const mail = await mailAbout('Twice in doubt')
        if ((await town.arrived('twice@shop.example')).length === 1)
          town.smtp.setFault({ at: 'answer' })
        await desk.hasten()
        return mail?.state === 'unknown'
      })
      const mails = await town.arrived('twice@shop.example')
      expect(mails.length).toBe(2)
      expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1)
    } finally {
      town.state.files = true
      town.smtp.setFault(null)
    }
  })

  it('tells what the server refuses for good, and tries again what it only puts off', async () => {
    town.smtp.setFault({ at: 'rcpt', code: 550, text: '5.1.1 nobody of this name' })
    await write('nobody@shop.example', 'To nobody')
    const failed = await until(async () => {
      const mail = await mailAbout('To nobody')
      return mail?.state === 'failed' ? mail : undefined
    })
    expect(failed.problem).toContain('nobody of this name')
    town.smtp.setFault({ at: 'mail', code: 451, text: '4.3.0 come back later' })
    await write('later@shop.example', 'Later')
    await until(async () => (await mailAbout('Later'))?.problem?.includes('come back later'))
    town.smtp.setFault(null)
    await until(async () => {
      await desk.hasten()
      return (await mailAbout('Later'))?.state === 'sent'
    })
    expect((await town.arrived('later@shop.example')).length).toBe(1)
  })
})

describe('customers by e-mail', () => {
  it('go through a whole thread, quoted parts folded and the whole mail still there', async () => {
    const first = await town.receive({
      text: 'Does the blue cup come in red?',
      subject: 'Blue cup',
    })
    const conversation = await opened('blue cup come in red')
    expect(conversation).toMatchObject({ visibility: 'private', network: 'email' })
    const answer = await reply(conversation.id, 'Yes, in red too.')
    expect(answer).toMatchObject({ subject: 'Re: Blue cup', inReplyTo: `<${first}>` })
    const quoted = '> Yes, in red too.\n> Does the blue cup come in red?'
    await town.receive({
      subject: 'Re: Blue cup',
      text: `Then I take two.\n\nOn Sun, 22 Nov 2026 at 10:00, Blue Cup Shop <${SHOP}> wrote:\n${quoted}\n`,
      inReplyTo: idOf(answer.messageId),
      references: [first, idOf(answer.messageId)],
    })
    const messages = await until(async () => {
      const all = (await desk.conversation(conversation.id)).messages
      return all.length === 3 && all
    })
    const [asked, ours, last] = messages
    expect(asked?.text).toBe('Blue cup\n\nDoes the blue cup come in red?')
    expect(ours?.author).toBe('member')
    expect(last?.text).toBe('Then I take two.')
    expect(last?.html).toContain('Does the blue cup come in red?')
  })

  it('are not kept waiting by machines: an auto-reply stands in its conversation and opens none', async () => {
    const id = await town.receive({ text: 'Are you open on Monday?', subject: 'Hours' })
    const conversation = await opened('open on Monday')
    const answer = await reply(conversation.id, 'We are, from nine.')
    const headers = { 'Auto-Submitted': 'auto-replied' }
    const inReplyTo = idOf(answer.messageId)
    const references = [id, inReplyTo]
    await town.receive({ text: 'I am on holiday.', headers, inReplyTo, references })
    await town.receive({ text: 'I am away too.', headers })
    await town.receive({ text: 'Our newsletter', headers: { Precedence: 'bulk' } })
    const after = await until(async () => {
      const now = await desk.conversation(conversation.id)
      return now.messages.length === 3 && now
    })
    expect(after.messages.at(-1)).toMatchObject({ author: 'other', text: 'I am on holiday.' })
    expect(after).toMatchObject({ unansweredSince: null, state: 'waiting-customer' })
    const previews = (await desk.conversations()).map(({ preview }) => preview)
    expect(previews.some((one) => /away too|newsletter/.test(one))).toBe(false)
  })

  it('wait again when the answer comes back, and the message says so', async () => {
    await town.receive({ text: 'Where is my parcel 4711?', subject: 'Parcel' })
    const conversation = await opened('parcel 4711')
    const answer = await reply(conversation.id, 'On its way to you.')
    await until(async () => (await desk.conversation(conversation.id)).unansweredSince === null)
    await town.receiveBytes(bounceOf(idOf(answer.messageId)))
    const after = await until(async () => {
      const now = await desk.conversation(conversation.id)
      return now.unansweredSince !== null && now
    })
    expect(after.state).toBe('open')
    expect(after.messages.at(-1)?.returned?.why).toContain('mailbox is full')
    expect((await desk.conversations()).some(({ preview }) => /Undelivered/.test(preview))).toBe(
      false,
    )
  })

  it('show pictures written anew, and hand over other files to be saved only', async () => {
    await town.receive({
      text: 'It came broken, see picture and order',
      picture: { alt: 'A broken mug' },
      files: [
        { name: 'comandă "1".html', mime: 'text/html', content: '<script>alert(1)</script>' },
      ],
    })
    const conversation = await opened('It came broken')
    const { messages } = await desk.conversation(conversation.id)
    const [picture, file] = messages[0]?.media ?? []
    expect(picture).toMatchObject({ kind: 'image', alt: 'A broken mug', name: 'mug.png' })
    const shown = await desk.get(picture?.path ?? '')
    expect(shown.statusCode).toBe(200)
    expect(String(shown.headers['content-type'])).toMatch(/^image\//)
    expect(file).toMatchObject({ kind: 'other', path: null, bytes: 25 })
    const saved = await desk.get(file?.filePath ?? '')
    expect(saved.body).toBe('<script>alert(1)</script>')
    expect(saved.headers).toMatchObject({ 'content-type': 'application/octet-stream' })
    expect(String(saved.headers['content-disposition'])).toMatch(/^attachment;/)
    expect((await desk.get((file?.filePath ?? '').replace(/\d+$/, '9'))).statusCode).toBe(404)
  })

  it('are not heard twice when the mailbox is rebuilt, and the next one still comes', async () => {
    const before = (await desk.conversations()).length
    await town.dovecot.rebuild(SHOP)
    await town.receive({ text: 'After the rebuild', subject: 'New' })
    await opened('After the rebuild')
    expect((await desk.conversations()).length).toBe(before + 1)
  })

  it('whose mail cannot be understood are kept aside and hold nobody up', async () => {
    await town.receiveBytes('Subject: who am I\r\n\r\nNo sender here\r\n')
    await town.receive({ text: 'I come after it' })
    await opened('I come after it')
    const aside = await desk.api('GET', '/api/v1/aside')
    expect(JSON.stringify(aside.body)).toContain('does not say whom it is from')
  })
})

describe('connecting a mailbox', () => {
  const connect = (fields: Record<string, string>) =>
    desk.api('POST', '/api/v1/channels', {
      network: 'email',
      fields: { ...town.fields, ...fields },
    })

  /** Without what changes by itself: when each was last heard of. */
  async function accounts() {
    const { items } = listOf(Channel).parse((await desk.api('GET', '/api/v1/channels')).body)
    return items.map(({ id, handle, state }) => ({ id, handle, state }))
  }

  it.each([
    ['a private address', { imap: 'imap://127.0.0.1:143' }, 'fields.imap', /private network/],
    [
      'a port of something else',
      { smtp: 'smtps://mail.example.com:22' },
      'fields.smtp',
      /not for mail/,
    ],
    ['a password in the clear', { imap: 'imap://mail.example.com' }, 'fields.imap', /encryption/],
    ['another protocol', { smtp: 'https://mail.example.com' }, 'fields.smtp', /smtps/],
    ['a wrong password', { password: 'wrong' }, 'fields.password', /does not accept/],
    ['no address to write as', { user: 'shop' }, 'fields.address', /address/],
  ])('refuses %s and names the field', async (_, fields, field, why) => {
    const before = await accounts()
    const answer = await connect(fields)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(answer.body).toMatchObject({ errors: [{ field, message: expect.stringMatching(why) }] })
    expect(await accounts()).toEqual(before)
  })
})

function bounceOf(id: string): string {
  return `From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: ${SHOP}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-${id}@mx.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Undelivered: your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ${ANA}
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 mailbox is full

--b
Content-Type: message/rfc822

From: ${SHOP}
To: ${ANA}
Message-ID: <${id}>
Subject: Re: Parcel

On its way to you.

--b--
`.replaceAll('\n', '\r\n')
}
