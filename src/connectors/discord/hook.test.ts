import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { discord } from './discord.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
const at = new Date('2026-11-22T09:00:00Z')
const channel = {
  credential: { botToken: 'x', publicKey: raw, channels: [] },
  account: { remoteId: '1', handle: 'shop' },
}

function signed(body: string, { time = at, as = body, key = privateKey } = {}) {
  const timestamp = String(Math.floor(time.getTime() / 1000))
  const signature = sign(null, Buffer.from(timestamp + as), key).toString('hex')
  return {
    headers: { 'x-signature-ed25519': signature, 'x-signature-timestamp': timestamp },
    body: Buffer.from(body),
    at,
  }
}

const PING = '{"version":1,"application_id":"1","type":0}'
const ADDED =
  '{"version":1,"application_id":"1","type":1,"event":{"type":"APPLICATION_AUTHORIZED","timestamp":"2026-11-22T09:00:00Z","data":{}}}'

describe('webhook events of Discord', () => {
  it('are brought only where a public key is known', () => {
    expect(discord.hook.use(channel.credential)).toBe('beside')
    expect(discord.hook.use({ ...channel.credential, publicKey: null })).toBe('none')
  })

  it('answers a ping with 204 and stores nothing', () => {
    expect(discord.hook.take(signed(PING), channel)).toEqual({
      kind: 'taken',
      events: [],
      answer: { status: 204 },
    })
  })

  it('takes an event once, however often it comes, and never for a message', () => {
    const [first, again] = [signed(ADDED), signed(ADDED)].map((request) =>
      discord.hook.take(request, channel),
    )
    expect(again).toEqual(first)
    if (first?.kind !== 'taken') throw new Error('it was not taken')
    expect(first.events).toHaveLength(1)
    expect(discord.translate(first.events[0]?.raw ?? null, channel.account).kind).toBe('ignored')
  })

  it.each([
    ['another body', signed(PING, { as: ADDED })],
    ['another key', signed(PING, { key: generateKeyPairSync('ed25519').privateKey })],
    ['an old request', signed(PING, { time: new Date(at.getTime() - 3_600_000) })],
    ['no signature', { headers: {}, body: Buffer.from(PING), at }],
    [
      'a signature that is none',
      {
        headers: { 'x-signature-ed25519': 'ab'.repeat(64), 'x-signature-timestamp': '1795338000' },
        body: Buffer.from(PING),
        at,
      },
    ],
  ])('refuses %s', (_what, request) => {
    expect(discord.hook.take(request, channel).kind).toBe('refused')
  })

  it('refuses everything when the key is none of the curve', () => {
    const broken = { ...channel, credential: { ...channel.credential, publicKey: 'f'.repeat(64) } }
    expect(discord.hook.take(signed(PING), broken).kind).toBe('refused')
  })

  it.each(['{}', '[]', 'no json', '{"type":7}'])('cannot read %s, though it is signed', (body) => {
    expect(discord.hook.take(signed(body), channel).kind).toBe('unreadable')
  })
})
