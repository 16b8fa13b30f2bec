import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { bluesky } from '../src/connectors/bluesky/bluesky.ts'
import type { BlueskyCredential } from '../src/connectors/bluesky/credential.ts'
import type { Session } from '../src/connectors/contract.ts'
import {
  describeConnector,
  failureOf,
  openSession,
  receiveAll,
  replyTo,
  type World,
} from '../src/connectors/suite.ts'
import { createHttpClient } from '../src/platform/http-client.ts'
import { startBlueskyNetwork } from './bluesky-network/client.ts'
import type { NewPost, StoredPost } from './bluesky-network/protocol.ts'

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const PUT = 'com.atproto.repo.putRecord'

/** One network for the file: a start takes seconds. */
let world: Awaited<ReturnType<typeof open>>
beforeAll(async () => {
  world = await open()
})
afterAll(() => world.stop())

describeConnector({
  connector: bluesky,
  world: async () => worldOn(world),
  on: 'a real Bluesky network',
})

describe('bluesky connector, what is special to it, on a real network', () => {
  afterEach(() => world.network.setFault({ mode: 'pass' }))

  const arrives = async (uri: string) => {
    await world.network.processAll()
    const { session } = await openSession(bluesky, world.connection, world.http)
    const { events } = await receiveAll(bluesky, session, null)
    const translated = events.map(({ raw }) => bluesky.translate(raw, session.account))
    const message = translated.find((each) => each.kind === 'message' && each.remoteId === uri)
    if (message?.kind !== 'message') throw new Error(`${uri} did not arrive`)
    return { session, message }
  }
  const asks = (text: string, parts: Partial<NewPost> = {}) =>
    world.network.post({ did: world.ana.did, text: `@${world.shop.handle} ${text}`, ...parts })
  const standing = async (text: string) =>
    (await world.network.posts(world.shop.did)).filter(({ value }) => value.text === text)

  it('makes one post of a request that arrives after its sender gave up and tried again', async () => {
    const { session, message } = await arrives((await asks('Late?')).uri)
    const reply = replyTo(bluesky, message, { text: 'Once, however late' })
    const hasty: Session<BlueskyCredential> = {
      ...session,
      http: {
        ...world.http,
        fetch: (url, init) => world.http.fetch(url, { ...init, timeoutMs: 4_000 }),
      },
    }
    await world.network.setFault({ mode: 'late', match: PUT, times: 1, delayMs: 20_000 })
    expect((await failureOf(bluesky.deliver(hasty, reply))).kind).toBe('unknown-outcome')
    expect((await bluesky.find(session, reply)).matches).toEqual([])
    const sent = await bluesky.deliver(session, reply)
    await expect
      .poll(
        async () =>
          (await world.network.requests(PUT)).slice(-2).every(({ status }) => status !== null),
        {
          timeout: 60_000,
        },
      )
      .toBe(true)
    expect((await standing('Once, however late')).map(({ uri }) => uri)).toEqual([sent.remoteId])
  })

  it.each(['duplicate', 'answer-after-accept', 'cut-mid-answer'] as const)(
    'makes one post where the request meets: %s',
    async (mode) => {
      const { session, message } = await arrives((await asks(`Once? ${mode}`)).uri)
      const reply = replyTo(bluesky, message, { text: `Once: ${mode}` })
      await world.network.setFault({ mode, match: PUT, times: 1 })
      await bluesky.deliver(session, reply).catch((error: unknown) => {
        expect(error).toMatchObject({ failure: { kind: 'unknown-outcome' } })
      })
      const sent = await bluesky.deliver(session, reply)
      expect((await standing(`Once: ${mode}`)).map(({ uri }) => uri)).toEqual([sent.remoteId])
    },
  )

  it('makes people, links and tags of a reply work, and leaves names that nobody has', async () => {
    const { session, message } = await arrives((await asks('Where?')).uri)
    const text = 'Bună 🐟 @ana.test, see https://shop.example/a?b=1 #pâine @nobody-here.test'
    const media = { bytes: Buffer.from(PIXEL, 'base64'), mime: 'image/png', alt: 'O hartă' }
    const sent = await bluesky.deliver(
      session,
      replyTo(bluesky, message, { text, media: [{ ...media, width: 4, height: 3 }] }),
    )
    const [stands] = (await standing(text)).map(({ uri, value }) => ({ uri, value }))
    expect(stands?.uri).toBe(sent.remoteId)
    const { facets, embed, langs, reply } = Full.parse(stands?.value)
    const bytes = Buffer.from(text)
    const marked = facets.map(({ index, features }) => [
      bytes.subarray(index.byteStart, index.byteEnd).toString(),
      features[0]?.did ?? features[0]?.uri ?? features[0]?.tag,
    ])
    expect(marked.sort()).toEqual([
      ['#pâine', 'pâine'],
      ['@ana.test', world.ana.did],
      ['https://shop.example/a?b=1', 'https://shop.example/a?b=1'],
    ])
    expect(embed.images).toMatchObject([{ alt: 'O hartă', aspectRatio: { width: 4, height: 3 } }])
    expect(langs).toEqual(['en'])
    expect(reply.root.uri).toBe(message.remoteId)
  })

  it('receives what a wrong clock dated hours back, many of one moment, and after the newest is gone', async () => {
    const { session } = await openSession(bluesky, world.connection, world.http)
    const newest = await asks('This one goes away')
    await world.network.processAll()
    const { cursor } = await receiveAll(bluesky, session, null)
    await world.network.deletePost(newest.uri)
    const createdAt = new Date(Date.now() - 5 * 3_600_000).toISOString()
    const backdated = await Promise.all(
      [1, 2, 3].map((i) => asks(`Slow clock ${i}`, { createdAt })),
    )
    await world.network.processAll()
    const { events } = await receiveAll(bluesky, session, cursor)
    const ids = events.map(({ raw }) => bluesky.translate(raw, session.account))
    expect(ids.map((each) => each.kind === 'message' && each.remoteId).sort()).toEqual(
      backdated.map(({ uri }) => uri).sort(),
    )
  })

  it('knows a quote of its own post as the first of a thread of its own', async () => {
    const own = await world.network.post({ did: world.shop.did, text: 'New bread' })
    const { message } = await arrives(
      (await world.network.post({ did: world.ana.did, text: 'Try it', quote: own.uri })).uri,
    )
    expect(message).toMatchObject({ quotedId: own.uri, parentId: null, rootId: null, mine: false })
  })

  it('refreshes an expired token once for all who wait, and keeps the new one', async () => {
    const saved: BlueskyCredential[] = []
    const stored = () => saved.at(-1) ?? bluesky.credential.parse(world.connection.credential)
    const { session } = await openSession(bluesky, world.connection, world.http)
    const shared: Session<BlueskyCredential> = {
      ...session,
      credential: stored(),
      loadCredential: async () => stored(),
      saveCredential: async (next) => void saved.push(next),
    }
    const before = (await world.network.requests('refreshSession')).length
    await world.network.setFault({ mode: 'expired-token', match: 'listNotifications', times: 3 })
    await Promise.all([1, 2, 3].map(() => bluesky.receive(shared, null)))
    expect((await world.network.requests('refreshSession')).length - before).toBe(1)
    expect(saved.length).toBe(1)
    expect(saved[0]?.tokens).not.toEqual(shared.credential.tokens)
    await bluesky.receive({ ...shared, credential: stored() }, null)
    expect(saved.length).toBe(1)
  })

  it('asks a refused password once, not with every call, and says how it stands', async () => {
    const password = await world.network.createAppPassword(world.shop.did, 'short-lived')
    const fields = { ...world.fields.right, password }
    const connection = await bluesky.connect(fields, { http: world.http, now: () => new Date() })
    await world.network.revokeAppPassword(world.shop.did, 'short-lived')
    let stored = bluesky.credential.parse(connection.credential)
    const { session } = await openSession(bluesky, world.connection, world.http)
    const dead = (): Session<BlueskyCredential> => ({
      ...session,
      credential: stored,
      loadCredential: async () => stored,
      saveCredential: async (next) => {
        stored = next
      },
    })
    const before = (await world.network.requests('createSession')).length
    await world.network.setFault({ mode: 'expired-token', match: 'listNotifications' })
    for (let i = 0; i < 4; i++)
      expect(await failureOf(bluesky.receive(dead(), null))).toMatchObject({
        kind: 'auth-expired',
        lost: 'token',
        detail: expect.stringContaining('app password'),
      })
    expect((await world.network.requests('createSession')).length - before).toBe(1)
  })
})

const Full = z.object({
  facets: z.array(
    z.object({
      index: z.object({ byteStart: z.number(), byteEnd: z.number() }),
      features: z.array(
        z.object({
          uri: z.string().optional(),
          did: z.string().optional(),
          tag: z.string().optional(),
        }),
      ),
    }),
  ),
  embed: z.object({ images: z.array(z.unknown()) }),
  langs: z.array(z.string()),
  reply: z.object({ root: z.object({ uri: z.string() }) }),
})

/** The shop and the customer of this network as the suite wants them; everything the customer does goes past the proxy. */
function worldOn({ network, http, shop, ana, connection, fields }: typeof world): World {
  const mention = `@${shop.handle}`
  return {
    http,
    patience: 15_000,
    // One more than a page of the network.
    burst: 101,
    connection: async () => connection,
    fields,
    async customerMentions(text, options) {
      const { uri } = await network.post({
        did: ana.did,
        text: `${mention} ${text}`,
        ...(options?.imageAlt
          ? { images: [{ base64: PIXEL, mimeType: 'image/png', alt: options.imageAlt }] }
          : {}),
      })
      return { remoteId: uri }
    },
    async customerReplies(to, text) {
      const input = { did: ana.did, text: `${mention} ${text}`, replyTo: to.remoteId }
      return { remoteId: (await network.post(input)).uri }
    },
    customerEdits: async (post, text) => {
      await network.editPost(post.remoteId, `${mention} ${text}`)
      await network.processAll()
    },
    customerDeletes: async (post) => {
      await network.deletePost(post.remoteId)
      await network.processAll()
    },
    accountPosts: async (text) => ({
      remoteId: (await network.post({ did: shop.did, text })).uri,
    }),
    postsOfAccount: async () => (await network.posts(shop.did)).map(accountPost),
    faults: {
      'rate-limited': (times) => network.setFault({ mode: 'rate-limit', times }),
      'expired-token': (times) => network.setFault({ mode: 'expired-token', times }),
      outage: (times) => network.setFault({ mode: 'answer', status: 503, times }),
      'lost-answer': (times) => network.setFault({ mode: 'cut-after-accept', match: PUT, times }),
      garbage: (times) => network.setFault({ mode: 'answer', status: 200, times }),
    },
    heal: () => network.setFault({ mode: 'pass' }),
    stop: async () => undefined,
  }
}

async function open() {
  const network = await startBlueskyNetwork({ databaseUrl: inject('database').admin })
  const shop = await network.createAccount({ handle: 'brutaria', displayName: 'Brutăria' })
  const ana = await network.createAccount({ handle: 'ana', displayName: 'Ana' })
  const password = await network.createAppPassword(shop.did, 'parley')
  const http = createHttpClient({ allowPrivate: () => true, userAgent: 'parley-test' })
  const right = { service: network.pds, handle: `@${shop.handle}`, password }
  const connection = await bluesky.connect(right, { http, now: () => new Date() })
  return {
    network,
    http,
    shop,
    ana,
    connection,
    fields: { right, wrong: { ...right, password: 'aaaa-bbbb-cccc-dddd' } },
    stop: async () => {
      await http.close()
      await network.stop()
    },
  }
}

const Stored = z.object({
  text: z.string(),
  reply: z.object({ parent: z.object({ uri: z.string() }) }).optional(),
  embed: z.object({ images: z.array(z.object({ alt: z.string() })) }).optional(),
})

function accountPost({ uri, value }: StoredPost) {
  const { text, reply, embed } = Stored.parse(value)
  return {
    remoteId: uri,
    text,
    parentId: reply?.parent.uri ?? null,
    visibility: 'public' as const,
    contentWarning: null,
    imageAlts: embed?.images.map(({ alt }) => alt) ?? [],
  }
}
