import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { email } from '../src/connectors/email/email.ts'
import { failureOf, openHttp, openSession, receiveAll, replyTo } from '../src/connectors/suite.ts'
import { createDial } from '../src/platform/guarded-dial.ts'
import { pause } from './mail/desk.ts'
import { ANA, type MailTown, openDial, openMailTown, SHOP } from './mail/town.ts'

let town: MailTown
const http = openHttp()
beforeAll(async () => {
  town = await openMailTown({ files: false })
})
afterEach(() => town.smtp.setFault(null))
afterAll(async () => {
  await http.close()
  await town?.close()
})

const tools = { http, dial: openDial, now: () => new Date() }

async function asked(text: string) {
  const connection = await email.connect(town.fields, tools)
  const { session, account } = await openSession(email, connection, http, openDial)
  const id = await town.receive({ text })
  const { events } = await receiveAll(email, session, null)
  const message = events
    .map(({ raw }) => email.translate(raw, session.account))
    .find((one) => one.kind === 'message' && one.remoteId === id)
  if (message?.kind !== 'message') throw new Error('it did not arrive')
  return { session, account, message }
}
const arrivals = async (text: string) =>
  (await town.arrived()).filter((mail) => mail.text?.includes(text)).length

describe('an outgoing server in trouble', () => {
  it.each([
    ['refuses whom it is for', { at: 'rcpt', code: 550, text: '5.1.1 no such user' }, 'rejected'],
    ['refuses the text', { at: 'data', code: 554, text: '5.7.1 looks like spam' }, 'rejected'],
    ['is greylisting', { at: 'rcpt', code: 450, text: '4.2.0 greylisted' }, 'unavailable'],
    ['puts the text off', { at: 'data', code: 451, text: '4.3.0 later' }, 'unavailable'],
    ['has had too many', { at: 'mail', code: 421, text: '4.7.0 too many mails' }, 'rate-limited'],
  ] as const)('that %s has sent nothing and says so', async (_, fault, kind) => {
    const { session, message } = await asked(`Trouble ${kind}?`)
    town.smtp.setFault(fault)
    const text = `In trouble ${fault.text}`
    const failure = await failureOf(email.deliver(session, replyTo(email, message, { text })))
    expect(failure.kind).toBe(kind)
    expect(JSON.stringify(failure)).toContain(fault.text)
    expect(await arrivals(text)).toBe(0)
  })

  it('leaves the outcome open when it is gone in the middle of the text', async () => {
    const { session, message } = await asked('Cut in the text?')
    town.smtp.setFault({ at: 'text' })
    const reply = replyTo(email, message, { text: 'Cut in the text' })
    expect((await failureOf(email.deliver(session, reply))).kind).toBe('unknown-outcome')
    expect(await email.find(session, reply)).toMatchObject({ matches: [], repeatSafe: false })
  })

  it('leaves the outcome open when it took the mail and could not say so, and never calls a repeat safe', async () => {
    const { session, message } = await asked('Cut after it?')
    town.smtp.setFault({ at: 'answer' })
    const reply = replyTo(email, message, { text: 'Cut after it' })
    expect((await failureOf(email.deliver(session, reply))).kind).toBe('unknown-outcome')
    expect(await arrivals('Cut after it')).toBe(1)
    expect(await email.find(session, reply)).toMatchObject({ matches: [], repeatSafe: false })
  })
})

describe('a mailbox', () => {
  it('keeps one copy of what was sent, also when the provider keeps one itself', async () => {
    const { session, message } = await asked('Copies?')
    const sent = await email.deliver(session, replyTo(email, message, { text: 'One copy' }))
    town.state.files = true
    const again = await email.deliver(session, replyTo(email, message, { text: 'One copy too' }))
    town.state.files = false
    const copies = (await town.dovecot.mails(SHOP, '.Sent')).map(String)
    for (const { remoteId } of [sent, again])
      expect(copies.filter((copy) => copy.includes(`<${remoteId}>`)).length).toBe(1)
  })

  it('says what it cannot do and why', async () => {
    const { account } = await asked('Abilities?')
    const { abilities } = account
    for (const name of [
      'follow-edits',
      'follow-deletions',
      'receive-public',
      'reply-public',
    ] as const)
      expect(abilities[name]).toMatchObject({ can: false, why: expect.stringMatching(/\w{5}/) })
    expect(abilities['receive-private']).toEqual({ can: true })
    expect(abilities.stream).toEqual({ can: true })
    expect(account.handle).toBe(SHOP)
  })

  it('does not answer machines', async () => {
    const { session, message } = await asked('Machine?')
    const ref = { ...Object(message.ref), automatic: true }
    const reply = replyTo(email, { ...message, ref }, { text: 'To a machine' })
    expect(await failureOf(email.deliver(session, reply))).toMatchObject({ kind: 'rejected' })
    expect(await arrivals('To a machine')).toBe(0)
  })

  it('is not signed in to again and again while it is listened to', async () => {
    const { session } = await asked('Listening?')
    const before = town.gates.imap.connections()
    const ending = new AbortController()
    let news = 0
    const listening = email.listen(session, () => (news += 1), ending.signal)
    await pause(1500)
    const atFirst = news
    await town.receive({ text: 'Listened to' })
    for (let i = 0; i < 600 && news === atFirst; i++) await pause(100)
    expect(news).toBeGreaterThan(atFirst)
    expect(town.gates.imap.connections() - before).toBe(1)
    ending.abort()
    await listening
  })
})

describe('encryption', () => {
  const over = (imap: string, smtp: string, dial = openDial) =>
    email.connect({ ...town.fields, imap, smtp }, { ...tools, dial })
  const secured = () => [
    `imaps://localhost:${town.dovecot.tlsPort}`,
    `smtp+starttls://localhost:${town.tlsSmtp.port}`,
  ]

  it('is refused with a certificate that nobody vouches for', async () => {
    const [imap = '', smtp = ''] = secured()
    const failure = await failureOf(over(imap, smtp))
    expect(JSON.stringify(failure)).toMatch(/certificate/i)
  })

  it('is insisted on: a server without STARTTLS gets no password', async () => {
    const [imap = ''] = [`imap://127.0.0.1:${town.dovecot.port}`]
    const failure = await failureOf(over(imap, `smtp+starttls://localhost:${town.smtp.port}`))
    expect(failure).toMatchObject({ kind: 'rejected', reason: expect.stringMatching(/^smtp: /) })
  })

  describe('with a certificate that is trusted', () => {
    const usual = getCACertificates('default')
    beforeAll(() => setDefaultCACertificates([...usual, town.dovecot.certificate]))
    afterAll(() => setDefaultCACertificates(usual))

    it('signs in and sends, by TLS and by STARTTLS', async () => {
      const [imap = '', smtp = ''] = secured()
      for (const incoming of [imap, `imap+starttls://localhost:${town.dovecot.port}`]) {
        const connection = await over(incoming, smtp)
        const { session } = await openSession(email, connection, http, openDial)
        const sent = await email.sendMail(session, {
          key: email.newKey(new Date()),
          to: ANA,
          subject: 'Secured',
          text: `Secured by ${incoming}`,
          html: null,
          automatic: true,
          unsubscribe: null,
          createdAt: new Date(),
        })
        expect((await town.arrived()).map(({ messageId }) => messageId)).toContain(
          `<${sent.remoteId}>`,
        )
      }
    })

    it('is checked against the name that was typed, not against where it leads', async () => {
      const dial = createDial({
        allowPrivate: () => true,
        resolve: async () => [{ address: '127.0.0.1', family: 4 }],
      })
      const [, smtp = ''] = secured()
      const failure = await failureOf(
        over(`imaps://bank.example:${town.dovecot.tlsPort}`, smtp, dial),
      )
      expect(JSON.stringify(failure)).toMatch(/bank\.example/)
      expect(JSON.stringify(failure)).toMatch(/certificate|altnames/i)
    })
  })
})
