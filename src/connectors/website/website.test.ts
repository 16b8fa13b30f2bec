import { expect, it } from 'vitest'
import { ConnectorError, type OutgoingReply } from '../contract.ts'
import { website } from './website.ts'

const raw = {
  kind: 'submission',
  id: 'nonce:hash',
  thread: '11111111-1111-8111-8111-111111111111',
  visitor: { name: 'Ana Pop', email: null },
  text: 'Bună! Mai aveți ceaiuri?',
  language: 'ro',
  page: 'https://desk.example/site/view/11111111-1111-8111-8111-111111111111',
  at: '2026-11-22T08:00:00.000Z',
} as const

it('translates a submission into a private message of a thread and a visitor of its own', () => {
  expect(website.translate({ ...raw, visitor: { ...raw.visitor } })).toMatchObject({
    kind: 'message',
    remoteId: raw.id,
    rootId: raw.thread,
    author: { remoteId: raw.thread, displayName: 'Ana Pop', handle: '' },
    visibility: 'private',
    mine: false,
    language: 'ro',
    createdAt: new Date(raw.at),
  })
})

it('does not understand anything else', () => {
  for (const other of [null, {}, { ...raw, visitor: null }, { ...raw, at: 'soon' }])
    expect(() => website.translate(other)).toThrow()
})

it('delivers by standing on the page, under its own key, and may always be repeated', async () => {
  const now = new Date()
  const key = website.newKey(now)
  const reply: OutgoingReply = {
    ...{ key, text: 'Da.', media: [], contentWarning: null, language: null },
    visibility: 'private',
    createdAt: now,
    replyTo: { remoteId: raw.id, rootId: raw.thread, ref: { page: raw.page }, handle: '' },
  }
  const sent = await website.deliver({ now: () => now }, reply)
  expect(sent).toEqual({ remoteId: key, url: raw.page, at: now })
  expect(await website.find()).toMatchObject({ matches: [], repeatSafe: true })
})

it('is made from a name and the address of a website, and names the field that is wrong', async () => {
  const right = { name: ' The Corner  Shop ', address: 'shop.example/contact' }
  expect(await website.connect(right)).toEqual({
    service: 'https://shop.example',
    credential: { name: 'The Corner Shop', address: 'https://shop.example' },
  })
  for (const [field, wrong] of [
    ['name', { ...right, name: ' ' }],
    ['address', { ...right, address: 'ftp://shop.example' }],
    ['address', { ...right, address: 'https://' }],
  ] as const) {
    const refused = await website.connect(wrong).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ConnectorError)
    expect(String(refused)).toContain(`${field}: has to`)
  }
})
