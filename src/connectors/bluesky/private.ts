import { z } from 'zod'
import { ConnectorError, type Found, type OutgoingReply, type Sent } from '../contract.ts'
import { type Api, apiOf, ask, type BlueskySession } from './api.ts'
import { chatCall } from './chat.ts'
import { detectFacets } from './facets.ts'
import { privateId } from './raw.ts'
import { ChatMessage } from './schemas.ts'
import { PostRef, PrivateRef } from './translate.ts'

/** The two clocks may differ by this much before a message counts as older than the reply. */
const CLOCKS_MS = 5 * 60_000
const MOST_PAGES = 20
const Convo = z.object({ convo: z.object({ id: z.string().min(1) }) })
const Messages = z.object({
  messages: z.array(ChatMessage.nullable().catch(null)),
  cursor: z.string().optional(),
})

/** Sends a private message. The service knows no key: after a lost answer only looking helps. */
export async function deliverPrivately(
  session: BlueskySession,
  reply: OutgoingReply,
): Promise<Sent> {
  if (reply.media.length > 0)
    throw new ConnectorError({
      kind: 'rejected',
      reason: 'Private messages on Bluesky cannot carry pictures.',
    })
  const api = apiOf(session)
  const text = reply.text.normalize('NFC')
  const convoId = await convoOf(api, reply)
  const facets = await detectFacets(api, text)
  const message = { text, ...(facets.length > 0 ? { facets } : {}) }
  const call = chatCall('sendMessage', { json: { convoId, message }, sends: true })
  return sentOf(convoId, await ask(api, call, ChatMessage))
}

/** Looks for the message among those of the conversation since it was asked for. */
export async function findPrivately(session: BlueskySession, reply: OutgoingReply): Promise<Found> {
  const api = apiOf(session)
  const convoId = await convoOf(api, reply)
  const since = reply.createdAt.getTime() - CLOCKS_MS
  const wanted = reply.text.normalize('NFC').trim()
  const matches: Sent[] = []
  let looked = 0
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = { convoId, limit: '100', ...(cursor === undefined ? {} : { cursor }) }
    const answer = await ask(api, chatCall('getMessages', { query }), Messages)
    const messages = answer.messages.filter((message) => message !== null)
    const recent = messages.filter(({ sentAt }) => Date.parse(sentAt) >= since)
    looked += recent.length
    for (const message of recent)
      if (message.sender.did === session.account.remoteId && isSame(message.text, wanted))
        matches.push(sentOf(convoId, message))
    cursor = answer.cursor
    if (cursor === undefined || (messages.length > 0 && recent.length === 0)) break
  }
  return { matches, repeatSafe: false, looked: `${looked} messages of the conversation` }
}

/** The conversation of the message answered, or with the author of a public post: made when needed. */
async function convoOf(api: Api, reply: OutgoingReply): Promise<string> {
  const inside = PrivateRef.safeParse(reply.replyTo.ref)
  if (inside.success) return inside.data.convoId
  const { uri } = PostRef.parse(reply.replyTo.ref)
  const members = [uri.split('/')[2] ?? '']
  const { convo } = await ask(api, chatCall('getConvoForMembers', { query: { members } }), Convo)
  return convo.id
}

function isSame(text: string, wanted: string): boolean {
  return text.normalize('NFC').trim() === wanted
}

function sentOf(convoId: string, { id, sentAt }: ChatMessage): Sent {
  return { remoteId: privateId(convoId, id), url: null, at: new Date(sentAt) }
}
