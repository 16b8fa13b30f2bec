import { type $Typed, Agent, type AppBskyFeedPost, AtUri, RichText } from '@atproto/api'
import { z } from 'zod/v4'
import type { Account, NewAccount, NewImage, NewPost, PostRef, StoredPost } from './protocol.ts'

/** What people do on the network, written straight to the PDS, past the proxy and its faults. */
export type Customers = {
  createAccount(input: NewAccount): Promise<Account>
  post(input: NewPost): Promise<PostRef>
  editPost(uri: string, text: string): Promise<PostRef>
  deletePost(uri: string): Promise<void>
  posts(actor: string): Promise<StoredPost[]>
  createAppPassword(did: string, name: string): Promise<string>
  revokeAppPassword(did: string, name: string): Promise<void>
}

type Session = { account: Account; accessJwt: string; bornAt: number }

const POST = 'app.bsky.feed.post'
const Reply = z.object({ root: z.object({ uri: z.string(), cid: z.string() }) })
/** Access tokens of a PDS live two hours. */
const SESSION_LIFE_MS = 60 * 60 * 1000

/** @param pdsUrl base URL of the PDS itself, not of its proxy */
export function customersOf(pdsUrl: string): Customers {
  const sessions = new Map<string, Session>()
  const anonymous = agentOf(pdsUrl)

  async function as(did: string): Promise<Agent> {
    const session = sessions.get(did)
    if (!session) throw new RangeError(`no account ${did} was made here`)
    if (Date.now() - session.bornAt > SESSION_LIFE_MS) {
      const { account } = session
      const identifier = { identifier: account.did, password: account.password }
      const { data } = await anonymous.com.atproto.server.createSession(identifier)
      sessions.set(did, { account, accessJwt: data.accessJwt, bornAt: Date.now() })
      return agentOf(pdsUrl, data.accessJwt)
    }
    return agentOf(pdsUrl, session.accessJwt)
  }

  return {
    async createAccount(input) {
      const handle = input.handle.includes('.') ? input.handle : `${input.handle}.test`
      const email = `${handle.replaceAll('.', '-')}@example.com`
      const password = input.password ?? `password-of-${handle}`
      const { data } = await anonymous.com.atproto.server.createAccount({ handle, email, password })
      const account = { did: data.did, handle, email, password }
      sessions.set(data.did, { account, accessJwt: data.accessJwt, bornAt: Date.now() })
      await putProfile(await as(data.did), data.did, input.displayName ?? handle)
      return account
    },
    async post(input) {
      const agent = await as(input.did)
      const record = await postRecord(agent, input)
      const { data } = await agent.com.atproto.repo.createRecord({
        repo: input.did,
        collection: POST,
        record,
      })
      return { uri: data.uri, cid: data.cid }
    },
    async editPost(uri, text) {
      const { host: repo, rkey } = new AtUri(uri)
      const agent = await as(repo)
      const { value } = await getPost(agent, uri)
      const rich = await richText(agent, text)
      const { data } = await agent.com.atproto.repo.putRecord({
        repo,
        collection: POST,
        rkey,
        record: { ...value, text: rich.text, facets: rich.facets },
      })
      return { uri: data.uri, cid: data.cid }
    },
    async deletePost(uri) {
      const { host: repo, rkey } = new AtUri(uri)
      const agent = await as(repo)
      await agent.com.atproto.repo.deleteRecord({ repo, collection: POST, rkey })
    },
    posts: (actor) => listPosts(anonymous, actor),
    async createAppPassword(did, name) {
      const agent = await as(did)
      const { data } = await agent.com.atproto.server.createAppPassword({ name })
      return data.password
    },
    async revokeAppPassword(did, name) {
      const agent = await as(did)
      await agent.com.atproto.server.revokeAppPassword({ name })
    },
  }
}

/** An agent that stays at `pdsUrl`; the one with sessions would follow the DID document to the proxy. */
function agentOf(pdsUrl: string, accessJwt?: string): Agent {
  return new Agent((path, init) => {
    const headers = new Headers(init?.headers)
    if (accessJwt) headers.set('authorization', `Bearer ${accessJwt}`)
    return fetch(new URL(path, pdsUrl), { ...init, headers, signal: AbortSignal.timeout(30_000) })
  })
}

async function putProfile(agent: Agent, did: string, displayName: string): Promise<void> {
  await agent.com.atproto.repo.putRecord({
    repo: did,
    collection: 'app.bsky.actor.profile',
    rkey: 'self',
    record: { $type: 'app.bsky.actor.profile', displayName, createdAt: new Date().toISOString() },
  })
}

async function postRecord(agent: Agent, input: NewPost): Promise<$Typed<AppBskyFeedPost.Main>> {
  const rich = await richText(agent, input.text)
  const record: $Typed<AppBskyFeedPost.Main> = {
    $type: POST,
    text: rich.text,
    createdAt: input.createdAt ?? new Date().toISOString(),
    langs: input.langs ?? ['en'],
  }
  if (rich.facets) record.facets = rich.facets
  if (input.replyTo) {
    const parent = await getPost(agent, input.replyTo)
    record.reply = { root: rootOf(parent), parent: { uri: parent.uri, cid: parent.cid } }
  }
  const quoted = input.quote ? await getPost(agent, input.quote) : undefined
  const quote = quoted && {
    $type: 'app.bsky.embed.record' as const,
    record: { uri: quoted.uri, cid: quoted.cid },
  }
  const images = input.images?.length ? await uploadImages(agent, input.images) : undefined
  if (quote && images) {
    record.embed = { $type: 'app.bsky.embed.recordWithMedia', record: quote, media: images }
  } else if (quote) record.embed = quote
  else if (images) record.embed = images
  return record
}

async function uploadImages(agent: Agent, images: NewImage[]) {
  const uploaded = await Promise.all(
    images.map(async ({ base64, mimeType, alt }) => {
      const bytes = Buffer.from(base64, 'base64')
      const { data } = await agent.uploadBlob(bytes, { encoding: mimeType })
      return { image: data.blob, alt: alt ?? '' }
    }),
  )
  return { $type: 'app.bsky.embed.images' as const, images: uploaded }
}

async function richText(agent: Agent, text: string): Promise<RichText> {
  const rich = new RichText({ text })
  await rich.detectFacets(agent)
  return rich
}

async function getPost(agent: Agent, uri: string): Promise<StoredPost> {
  const { host: repo, rkey } = new AtUri(uri)
  const { data } = await agent.com.atproto.repo.getRecord({ repo, collection: POST, rkey })
  return { uri: data.uri, cid: data.cid ?? '', value: data.value }
}

function rootOf({ uri, cid, value }: StoredPost): PostRef {
  const reply = Reply.safeParse(value.reply)
  return reply.success ? reply.data.root : { uri, cid }
}

async function listPosts(agent: Agent, actor: string): Promise<StoredPost[]> {
  const posts: StoredPost[] = []
  let cursor: string | undefined
  do {
    const { data } = await agent.com.atproto.repo.listRecords({
      repo: actor,
      collection: POST,
      limit: 100,
      reverse: true,
      ...(cursor ? { cursor } : {}),
    })
    posts.push(...data.records.map(({ uri, cid, value }) => ({ uri, cid, value })))
    cursor = data.records.length === 100 ? data.cursor : undefined
  } while (cursor)
  return posts
}
