import { z } from 'zod'
import type { Json, RawEvent } from '../contract.ts'
import { type Api, apiOf, type DiscordSession, request } from './api.ts'
import { goneEvent, type Place } from './raw.ts'
import { AnyJson, Message, MessageHead } from './schemas.ts'
import { compareIds } from './snowflake.ts'
import { eventOf, readMessage } from './thread.ts'
import { Ref, versionOf } from './translate.ts'

export const recheckBatch = 50
const PAGE = 100

type Known = { remoteId: string; version: string; ref: Json }

/**
 * Asks for messages again, a page of neighbours at once. Deleted is only what Discord, asked for that
 * one message, says it does not have.
 */
export async function recheck(
  session: DiscordSession,
  messages: readonly Known[],
): Promise<RawEvent[]> {
  const api = apiOf(session)
  const events: RawEvent[] = []
  for (const [channel, known] of byChannel(messages)) {
    known.sort((a, b) => compareIds(a.remoteId, b.remoteId))
    const page = await readFrom(api, channel, known)
    for (const one of known) {
      const json = page.get(one.remoteId) ?? (await readMessage(api, channel, one.remoteId))
      if (json === 'gone') events.push(goneEvent(one.remoteId, session.now()))
      else if (json !== 'hidden') events.push(...changed(one, json))
    }
  }
  return events
}

function byChannel(messages: readonly Known[]): Map<string, Known[]> {
  const channels = new Map<string, Known[]>()
  for (const message of messages) {
    const ref = Ref.safeParse(message.ref)
    if (!ref.success) continue
    const { channelId } = ref.data
    channels.set(channelId, [...(channels.get(channelId) ?? []), message])
  }
  return channels
}

async function readFrom(
  api: Api,
  channel: string,
  [first]: readonly Known[],
): Promise<Map<string, Json>> {
  if (!first) return new Map()
  const after = (BigInt(first.remoteId) - 1n).toString()
  const query = { after, limit: String(PAGE) }
  const { status, body } = await request(api, { path: `/channels/${channel}/messages`, query })
  const parsed = z.array(AnyJson).safeParse(body)
  if (status !== 200 || !parsed.success) return new Map()
  return new Map(
    parsed.data.flatMap((json) => {
      const head = MessageHead.safeParse(json)
      return head.success ? [[head.data.id, json] as const] : []
    }),
  )
}

function changed(known: Known, json: Json): RawEvent[] {
  const message = Message.safeParse(json)
  if (!message.success || versionOf(message.data) === known.version) return []
  return eventOf(json, placeOf(known))
}

/** An edit changes what is said, and never where: the place is told by what answering needs. */
function placeOf({ ref }: Known): Place {
  const { guildId, kind } = Ref.parse(ref)
  return { kind, guildId, name: null }
}
