import { describe, expect, it } from 'vitest'
import { ConnectorError } from '../contract.ts'
import { compose, letterOf } from './compose.ts'
import { serverOf } from './connect.ts'
import { smtpFailure } from './failures.ts'
import { messageIdOf, newKey } from './key.ts'
import { parseMail } from './parse-mail.ts'

const now = new Date('2026-11-22T08:00:00Z')
const from = { address: 'shop@shop.example', name: 'Shop "A"\r\nBcc: evil@x.example' }
const mail = {
  key: newKey(now),
  to: 'ana@customers.example',
  subject: 'Salut\r\nBcc: evil@x.example\r\n\r\nbody\u2028x',
  text: 'Bună\n.\nziua',
  html: null,
  automatic: true,
  unsubscribe: 'https://shop.example/u?t=1',
  createdAt: now,
}

describe('a mail that is written down', () => {
  it('has exactly the headers it should have, whatever the words are', async () => {
    const id = messageIdOf(mail.key, from.address)
    const bytes = await compose(letterOf(mail, from, id))
    const read = await parseMail(bytes)
    expect(read).toMatchObject({ messageId: `<${id}>`, from: { address: from.address } })
    expect(read.subject).toBe('Salut Bcc: evil@x.example body x')
    expect(read.bcc).toBeUndefined()
    const names = read.headers.map(({ key }) => key)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(
      expect.arrayContaining(['auto-submitted', 'list-unsubscribe', 'list-unsubscribe-post']),
    )
    expect(read.text?.replaceAll('\r\n', '\n').trim()).toBe('Bună\n.\nziua')
  })

  it.each([
    'a@b.example\r\nRCPT TO:<x@y>',
    'a@b.example>',
    'a b@c.example',
    'nobody',
    '<a@b.c>',
    '',
  ])('is not written to "%s"', async (to) => {
    await expect(compose(letterOf({ ...mail, to }, from, 'x@y'))).rejects.toThrow(ConnectorError)
  })

  it('refuses to name something else than a web address for unsubscribing', async () => {
    const letter = letterOf({ ...mail, unsubscribe: 'javascript:alert(1)' }, from, 'x@y')
    await expect(compose(letter)).rejects.toThrow('unsubscribe')
  })
})

describe('a server as it is typed', () => {
  it.each([
    ['imap', 'imap.example.com', 993, 'tls'],
    ['imap', 'Imap.Example.com:143', 143, 'starttls'],
    ['imap', 'imap+starttls://imap.example.com', 143, 'starttls'],
    ['imap', 'imaps://imap.example.com:9993', 9993, 'tls'],
    ['smtp', 'smtp.example.com', 465, 'tls'],
    ['smtp', 'smtp.example.com:587', 587, 'starttls'],
    ['smtp', 'smtp+starttls://smtp.example.com:2525', 2525, 'starttls'],
    ['smtp', 'smtp://127.0.0.1:2525', 2525, 'none'],
  ] as const)('%s: %s is port %i with %s', (kind, typed, port, security) => {
    expect(serverOf(kind, typed)).toMatchObject({ port, security })
  })

  it.each([
    '',
    'two words',
    'imap.example.com:99999',
    'user@host:993',
    'ftp://x',
    'imap://x.example',
  ])('refuses "%s" and names the field', (typed) => {
    expect(() => serverOf('imap', typed)).toThrow(/^imap: /)
  })
})

describe('what a failed send means', () => {
  const server = { host: 'smtp.example.com', port: 465, security: 'tls' as const }
  const meaning = (more: object, bodyBegun = false) =>
    smtpFailure(Object.assign(new Error('failed'), more), { server, now, bodyBegun }).kind

  it('is the server’s word where it gave one, also after the text', () => {
    expect(meaning({ responseCode: 550, response: '550 5.1.1 no' }, true)).toBe('rejected')
    expect(meaning({ responseCode: 451, response: '451 4.3.0 later' }, true)).toBe('unavailable')
    expect(meaning({ responseCode: 421, response: '421 4.7.0 too many' })).toBe('rate-limited')
    expect(meaning({ code: 'EAUTH', responseCode: 535, response: '535 no' })).toBe('auth-expired')
    expect(meaning({ code: 'EAUTH', responseCode: 454, response: '454 busy' })).toBe('unavailable')
  })

  it('is not known once the text was begun and no word came', () => {
    expect(meaning({ code: 'ECONNECTION' }, false)).toBe('unavailable')
    expect(meaning({ code: 'ECONNECTION' }, true)).toBe('unknown-outcome')
    expect(meaning({ code: 'ETIMEDOUT' }, true)).toBe('unknown-outcome')
  })
})
