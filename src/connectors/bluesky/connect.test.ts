import { describe, expect, it } from 'vitest'
import { HttpError } from '../../platform/http.ts'
import { connect, identifierOf } from './connect.ts'
import { newKey } from './key.ts'
import { type Answers, Refusal, recordedServer } from './recorded-server.ts'

const fields = { handle: '@Shop.test ', password: ' aaaa-bbbb-cccc-dddd ', service: '' }
const now = () => new Date()

function connecting(answers: Answers) {
  return connect(fields, { http: recordedServer(answers).http, now })
}

const document = (serviceEndpoint: string, id = 'did:plc:shop') => ({
  id,
  service: [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint }],
})
const loggedIn = (didDoc: unknown) => ({
  'com.atproto.server.createSession': () => ({
    accessJwt: 'a',
    refreshJwt: 'r',
    handle: 'shop.test',
    did: 'did:plc:shop',
    didDoc,
  }),
})
const refusing = (status: number, error: string) => ({
  'com.atproto.server.createSession': () => {
    throw new Refusal(status, error, 'Invalid identifier or password')
  },
})

describe('connecting by handle and app password', () => {
  it('fills in the service, tidies what was typed and keeps the tokens', async () => {
    expect(await connecting(loggedIn(undefined))).toEqual({
      service: 'https://bsky.social',
      credential: {
        kind: 'app-password',
        identifier: 'shop.test',
        password: 'aaaa-bbbb-cccc-dddd',
        tokens: { accessJwt: 'a', refreshJwt: 'r' },
      },
    })
  })

  it.each([
    [document('https://morel.host.test/'), 'https://morel.host.test'],
    [document('http://127.0.0.1:2583'), undefined],
    [document('https://evil.test', 'did:plc:other'), undefined],
    [document('not an address'), undefined],
    [{ nonsense: true }, undefined],
  ])(
    'follows the account to its own server only by https and its own document',
    async (doc, pds) => {
      expect(await connecting(loggedIn(doc))).toMatchObject({
        credential: { kind: 'app-password' },
      })
      const { credential } = await connecting(loggedIn(doc))
      expect(Object(credential).pds).toBe(pds)
    },
  )

  it.each([
    [401, 'AuthenticationRequired', /^password: the handle or the app password is wrong/],
    [401, 'AuthFactorTokenRequired', /^password: .*Make an app password/],
    [401, 'AccountTakedown', /^password: .*taken down/],
    [404, 'XRPCNotSupported', /^service: no Bluesky server/],
  ])('says what to do about %i %s', async (status, error, words) => {
    await expect(connecting(refusing(status, error))).rejects.toMatchObject({
      failure: { kind: 'rejected', reason: expect.stringMatching(words) },
    })
  })

  it('tells a wrong service from one that is away', async () => {
    const answering = (fetch: () => Promise<Response>) =>
      connect(fields, { http: { ...recordedServer({}).http, fetch }, now })
    await expect(
      answering(async () => new Response('<html>', { status: 404 })),
    ).rejects.toMatchObject({
      failure: { kind: 'rejected', reason: expect.stringMatching(/^service/) },
    })
    await expect(
      answering(async () => Promise.reject(new HttpError('refused', 'private address'))),
    ).rejects.toMatchObject({
      failure: { kind: 'rejected', reason: expect.stringMatching(/^service/) },
    })
    await expect(
      answering(async () => Promise.reject(new HttpError('not-sent', 'connection refused'))),
    ).rejects.toMatchObject({ failure: { kind: 'unavailable' } })
  })

  it.each([
    ['@shop.bsky.social', 'shop.bsky.social'],
    ['\u202ashop.test\u202c', 'shop.test'],
    ['https://bsky.app/profile/Shop.Test', 'shop.test'],
    ['shop', 'shop.bsky.social'],
    ['did:plc:AbC', 'did:plc:AbC'],
    ['me@shop.example', 'me@shop.example'],
  ])('reads the handle out of %j', (typed, handle) => {
    expect(identifierOf(typed, 'https://bsky.social')).toBe(handle)
  })
})

describe('keys', () => {
  it('are record keys that sort by time', () => {
    const keys = [1, 2, 3, 4].map((day) => newKey(new Date(Date.UTC(2030, 0, day))))
    for (const key of keys) expect(key).toMatch(/^[234567a-j][234567a-z]{12}$/)
    expect([...keys].sort()).toEqual(keys)
  })
})
