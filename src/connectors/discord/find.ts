import { z } from 'zod'
import type { Found, OutgoingReply, Sent } from '../contract.ts'
import { type Api, apiOf, ask, type DiscordSession } from './api.ts'
import { sentOf, type Target, targetOf } from './deliver.ts'
import { keyAgeMs } from './key.ts'
import { Message } from './schemas.ts'
import { compareIds, snowflakeAt } from './snowflake.ts'

/** The two clocks may differ by this much before a message counts as older than the reply. */
const CLOCKS_MS = 5 * 60_000
/** Discord keeps a nonce "for the past few minutes" (docs: resources/message, 2026-11). */
const KEY_HOLDS_MS = 120_000
const PAGE = 100
const MOST_PAGES = 20
const Messages = z.array(Message.nullable().catch(null))

/**
 * Looks for a reply among what the bot wrote in that channel since it was asked for: by the nonce where
 * Discord shows it, else by place, words and number of pictures.
 */
export async function find(session: DiscordSession, reply: OutgoingReply): Promise<Found> {
  const api = apiOf(session)
  const target = await targetOf(api, reply)
  const since = snowflakeAt(reply.createdAt.getTime() - CLOCKS_MS)
  const { messages, isAll } = await readSince(api, target.channelId, since)
  const own = messages.filter(({ author }) => author.id === session.account.remoteId)
  const matches: Sent[] = own
    .filter((message) => isReply(message, reply, target))
    .map((message) => sentOf(message, target))
  const age = keyAgeMs(reply.key, session.now())
  return {
    matches,
    repeatSafe: isAll && age !== null && age < KEY_HOLDS_MS,
    looked: `${messages.length} messages of the channel, ${own.length} of them by the bot${
      isAll ? '' : ' (there are more than could be read)'
    }`,
  }
}

async function readSince(api: Api, channel: string, since: string) {
  const messages: Message[] = []
  let after = since
  for (let page = 0; page < MOST_PAGES; page++) {
    const call = { path: `/channels/${channel}/messages`, query: { after, limit: String(PAGE) } }
    const all = await ask(api, call, Messages)
    const read = all.filter((message) => message !== null)
    messages.push(...read)
    const last = read
      .map(({ id }) => id)
      .sort(compareIds)
      .at(-1)
    if (all.length < PAGE || last === undefined) return { messages, isAll: true }
    after = last
  }
  return { messages, isAll: false }
}

function isReply(message: Message, reply: OutgoingReply, { parentId }: Target): boolean {
  if (message.nonce) return message.nonce === reply.key
  return (
    (message.message_reference?.message_id ?? null) === parentId &&
    message.attachments.length === reply.media.length &&
    bare(message.content) === bare(reply.text)
  )
}

function bare(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim()
}
