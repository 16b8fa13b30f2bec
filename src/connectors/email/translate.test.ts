import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NetworkEvent } from '../contract.ts'
import { mailEvent } from './parse-mail.ts'
import { translate } from './translate.ts'

const account = { remoteId: 'shop@shop.example' }
const where = { place: { validity: '1', uid: 1 }, receivedAt: new Date('2026-11-22T08:00:00Z') }

async function read(source: string | Uint8Array): Promise<NetworkEvent> {
  const bytes = typeof source === 'string' ? Buffer.from(source, 'utf8') : source
  return translate((await mailEvent(bytes, where)).raw, account)
}

async function message(headers: string, body: string) {
  const from = /^from:/im.test(headers) ? '' : 'From: Ana Pop <Ana@Customers.Example>\n'
  const event = await read(`${from}${headers}\n\n${body}`.replaceAll('\n', '\r\n'))
  if (event.kind !== 'message') throw new Error(`not a message but ${JSON.stringify(event)}`)
  return event
}

describe('a mail as a message', () => {
  it('is named by its Message-ID, and by its bytes when it has none', async () => {
    const bytes = Buffer.from('From: a@b.example\r\n\r\nhello')
    const [first, second] = [await mailEvent(bytes, where), await mailEvent(bytes, where)]
    expect(first.id).toMatch(/^hash:[0-9a-f]{64}$/)
    expect(second.id).toBe(first.id)
    expect((await message('Message-ID: <one@b.example>', 'x')).remoteId).toBe('one@b.example')
  })

  it('belongs to the thread that its References begin with', async () => {
    const mail = await message(
      'Message-ID: <c@x>\nIn-Reply-To: <b@x>\nReferences: <a@x>\n <b@x>\nSubject: Re: Cup',
      'And now?',
    )
    expect(mail).toMatchObject({ rootId: 'a@x', parentId: 'b@x', text: 'And now?' })
  })

  it('leaves the thread to the core when it names only the mail it answers', async () => {
    const mail = await message('Message-ID: <c@x>\nIn-Reply-To: <b@x>', 'And now?')
    expect(mail).toMatchObject({ rootId: undefined, parentId: 'b@x' })
    expect((await message('Message-ID: <c@x>', 'New')).rootId).toBeNull()
  })

  it('is from whom the From header says, and answered where Reply-To says', async () => {
    const mail = await message('Reply-To: Orders <orders@customers.example>', 'x')
    expect(mail.author).toMatchObject({ remoteId: 'ana@customers.example', displayName: 'Ana Pop' })
    expect(mail.ref).toMatchObject({ to: { address: 'orders@customers.example' } })
  })

  it('is dated by the mailbox and not by the sender', async () => {
    const mail = await message('Date: Fri, 1 Jan 2038 00:00:00 +0000', 'x')
    expect(mail.createdAt).toEqual(where.receivedAt)
  })

  it('has the words of its HTML when it has no others, without scripts and hidden addresses', async () => {
    const html =
      '<style>p{}</style><p>Bună <b>ziua</b></p><script>x()</script><ul><li>unu<li>doi</ul><a href="http://t.example/x">aici</a>'
    const mail = await message('Content-Type: text/html; charset=utf-8', html)
    expect(mail.text).toContain('Bună ziua')
    expect(mail.text).toContain('aici')
    expect(mail.text).not.toMatch(/x\(\)|p\{\}|t\.example/)
  })

  it('is nobody’s news when it comes from our own address', async () => {
    expect(await read('From: SHOP@shop.example\r\n\r\nnote to self')).toMatchObject({
      kind: 'ignored',
    })
  })

  it.each([
    'Auto-Submitted: auto-replied',
    'Auto-Submitted: auto-generated; x=y',
    'Precedence: auto_reply',
    'Precedence: bulk',
    'X-Auto-Response-Suppress: All',
    'X-Autoreply: yes',
    'Return-Path: <>',
  ])('is a machine’s with %s', async (header) => {
    expect((await message(header, 'I am away')).automatic).toBe(true)
  })

  it.each(['Auto-Submitted: no', 'Precedence: normal', 'Subject: Out of office?'])(
    'is a person’s with %s',
    async (header) => {
      expect((await message(header, 'Hello')).automatic).toBeUndefined()
    },
  )
})

describe('a report about a mail of ours', () => {
  const report = (action: string, original: string) =>
    `From: MAILER-DAEMON@mx.example
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ana@customers.example
Action: ${action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1
 nobody here
--b
Content-Type: text/rfc822-headers

Subject: Re: Cup
${original}
--b--
`.replaceAll('\n', '\r\n')

  it('says which mail came back and why', async () => {
    expect(await read(report('failed', 'Message-ID: <k@shop.example>'))).toMatchObject({
      kind: 'returned',
      remoteId: 'k@shop.example',
      lasting: true,
      why: 'ana@customers.example 5.1.1 550 5.1.1 nobody here',
    })
  })

  it('is not lasting while it is still tried, and no news when it arrived', async () => {
    const id = 'Message-ID: <k@shop.example>'
    expect(await read(report('delayed', id))).toMatchObject({ kind: 'returned', lasting: false })
    expect(await read(report('delivered', id))).toMatchObject({ kind: 'ignored' })
  })

  it('never opens a conversation, even when it does not say what it is about', async () => {
    expect(await read(report('failed', 'X-Nothing: here'))).toMatchObject({ kind: 'ignored' })
  })
})

describe('any bytes at all', () => {
  const seed = `From: Ana <ana@x.example>\r\nSubject: =?utf-8?B?QnVuxIM=?=\r\nMessage-ID: <a@x>\r\nReferences: <r@x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nBun=C4=83 ziua\r\n> quoted\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>hi</p>\r\n--b\r\nContent-Type: image/png; name="a.png"\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n`

  it('become an event, a thing kept aside or an Error, and nothing else', async () => {
    const mutated = fc
      .array(fc.tuple(fc.nat(seed.length), fc.string({ maxLength: 12, unit: 'binary' })), {
        maxLength: 8,
      })
      .map((cuts) =>
        cuts.reduce((text, [at, put]) => text.slice(0, at) + put + text.slice(at + 3), seed),
      )
    const any = fc.oneof(
      mutated.map((text) => new Uint8Array(Buffer.from(text, 'utf8'))),
      fc.uint8Array({ maxLength: 600 }),
    )
    await fc.assert(
      fc.asyncProperty(any, async (bytes) => {
        const { id, raw } = await mailEvent(bytes, where)
        expect(id.length).toBeGreaterThan(0)
        try {
          expect(['message', 'returned', 'ignored']).toContain(translate(raw, account).kind)
        } catch (error) {
          if (!(error instanceof Error)) throw new Error('threw something else')
          if (error.name === 'AssertionError') throw error
        }
      }),
      { numRuns: 400 },
    )
  })

  const head = 'From: a@b.example\r\n'
  it.each([
    ['nested parts', (n: number) => nested(n)],
    ['quotes', (n: number) => `${head}\r\n${'> '.repeat(n)}`],
    ['lines of quotes', (n: number) => `${head}\r\n${'> x\r\n'.repeat(n)}`],
    ['"On … wrote:" without end', (n: number) => `${head}\r\nOn ${'On Mon, Jan 1 '.repeat(n)}`],
    ['lines beginning with On', (n: number) => `${head}\r\n${'On a wrote\r\n'.repeat(n)}`],
    ['dashes', (n: number) => `${head}\r\n${'--\r\n'.repeat(n)}`],
    ['blank lines', (n: number) => `${head}\r\n${'\r\n'.repeat(n)}x`],
    ['spaces', (n: number) => `${head}\r\n${' '.repeat(n)}x`],
    ['open tags', (n: number) => `${head}Content-Type: text/html\r\n\r\n${'<div>'.repeat(n)}`],
    [
      'open tables',
      (n: number) => `${head}Content-Type: text/html\r\n\r\n${'<table><tr><td>'.repeat(n)}`,
    ],
    [
      'quotations',
      (n: number) => `${head}Content-Type: text/html\r\n\r\n${'<blockquote>'.repeat(n)}`,
    ],
    ['entities', (n: number) => `${head}Content-Type: text/html\r\n\r\n${'&'.repeat(n)}`],
    ['references', (n: number) => `${head}References: ${'<a@b> '.repeat(n)}\r\n\r\nx`],
    ['brackets', (n: number) => `${head}References: ${'<'.repeat(n)}\r\n\r\nx`],
    ['addresses', (n: number) => `From: ${'a@b.example, '.repeat(n)}\r\n\r\nx`],
    ['encoded words', (n: number) => `${head}Subject: ${'=?utf-8?Q?a?= '.repeat(n)}\r\n\r\nx`],
    ['comments', (n: number) => `From: ${'('.repeat(n)}\r\n\r\nx`],
  ])('take a time that grows with their length: %s', async (_, make) => {
    const time = async (n: number) => {
      const source = make(n)
      // The processor's time: others may be at work on this machine.
      const began = process.cpuUsage()
      await read(source).catch(() => undefined)
      const { user, system } = process.cpuUsage(began)
      return (user + system) / 1000
    }
    await time(500)
    const long = await time(40_000)
    expect(long).toBeLessThan(20_000)
  })
})

function nested(depth: number): string {
  const parts = Array.from(
    { length: Math.min(depth, 3000) },
    (_, i) => `Content-Type: multipart/mixed; boundary="b${i}"\r\n\r\n--b${i}\r\n`,
  )
  return `From: a@b.example\r\n${parts.join('')}Content-Type: text/plain\r\n\r\nx`
}
