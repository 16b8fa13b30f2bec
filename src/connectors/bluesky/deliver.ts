import { z } from 'zod'
import {
  ConnectorError,
  type Json,
  type OutgoingMedia,
  type OutgoingReply,
  type Sent,
} from '../contract.ts'
import {
  type Api,
  apiOf,
  ask,
  type BlueskySession,
  type Call,
  isMissing,
  rejected,
  request,
} from './api.ts'
import { detectFacets } from './facets.ts'
import { deliverPrivately } from './private.ts'
import { AnyJson } from './schemas.ts'
import { addressOf, PostRef } from './translate.ts'
import { parse } from './xrpc.ts'

export const POST = 'app.bsky.feed.post'
const Written = z.object({ uri: z.string().startsWith('at://'), cid: z.string() })
const Standing = z.object({ uri: z.string(), value: z.object({ createdAt: z.string() }) })
const Blob = z.object({ blob: AnyJson })

/**
 * Writes the reply under its key as a record of the account. `putRecord` with `swapRecord: null` means
 * "only if nothing stands there": the server decides it in the transaction of the write, so neither a
 * repeat nor a request that was lost and arrives late can make a second post or change the first
 * (`createRecord` answers a taken key with an internal error). Pictures go up first; the same bytes
 * are the same blob, however often they are sent.
 */
export async function deliver(session: BlueskySession, reply: OutgoingReply): Promise<Sent> {
  if (reply.contentWarning) throw refusal('Bluesky has no content warnings in one’s own words.')
  if (reply.visibility === 'private') return deliverPrivately(session, reply)
  if (reply.visibility !== 'public') throw refusal('On Bluesky every post is public.')
  const api = apiOf(session)
  const record = await recordOf(api, reply)
  const call: Call = {
    name: 'com.atproto.repo.putRecord',
    json: {
      repo: session.account.remoteId,
      collection: POST,
      rkey: reply.key,
      record,
      swapRecord: null,
    },
    sends: true,
  }
  const answer = await request(api, call)
  if (answer.status < 300)
    return sentAt(session, parse(call, answer.body, Written).uri, session.now())
  const standing = answer.error === 'InvalidSwap' ? await findStanding(api, reply.key) : null
  if (standing) return standing
  throw rejected(answer)
}

/** The account's post under this key, by its own server's word; null: there is none. */
export async function findStanding(api: Api, key: string): Promise<Sent | null> {
  const { session } = api
  const query = { repo: session.account.remoteId, collection: POST, rkey: key }
  const call: Call = { name: 'com.atproto.repo.getRecord', query }
  const answer = await request(api, call)
  if (isMissing(answer)) return null
  if (answer.status >= 300) throw rejected(answer)
  const { uri, value } = parse(call, answer.body, Standing)
  const at = new Date(value.createdAt)
  return sentAt(session, uri, Number.isNaN(at.getTime()) ? session.now() : at)
}

export function refusal(reason: string): ConnectorError {
  return new ConnectorError({ kind: 'rejected', reason })
}

function sentAt({ account }: BlueskySession, uri: string, at: Date): Sent {
  return { remoteId: uri, url: addressOf(uri, account.handle), at }
}

/** The same for every attempt: times and words are the reply's own. */
async function recordOf(api: Api, reply: OutgoingReply) {
  const { uri, cid, root } = PostRef.parse(reply.replyTo.ref)
  const text = reply.text.normalize('NFC')
  const facets = await detectFacets(api, text)
  const images: Json[] = []
  for (const media of reply.media) images.push(await upload(api, media))
  return {
    $type: POST,
    text,
    ...(facets.length > 0 ? { facets } : {}),
    reply: { root, parent: { uri, cid } },
    ...(reply.language ? { langs: [reply.language] } : {}),
    ...(images.length > 0 ? { embed: { $type: 'app.bsky.embed.images', images } } : {}),
    createdAt: reply.createdAt.toISOString(),
  }
}

async function upload(api: Api, { bytes, mime, alt, width, height }: OutgoingMedia): Promise<Json> {
  const call: Call = { name: 'com.atproto.repo.uploadBlob', bytes: { body: bytes, mime } }
  const { blob } = await ask(api, call, Blob)
  return { image: blob, alt: alt.normalize('NFC'), aspectRatio: { width, height } }
}
