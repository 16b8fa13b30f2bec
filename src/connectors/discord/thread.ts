import { z } from 'zod'
import { ConnectorError, type Json, type RawEvent } from '../contract.ts'
import { type Api, apiOf, codeOf, type DiscordSession, request } from './api.ts'
import { readSpot } from './places.ts'
import { goneEvent, messageEvent, type Place } from './raw.ts'
import { AnyJson, Channel, Message } from './schemas.ts'
import { Ref, versionOf } from './translate.ts'

const MOST_STEPS = 25
const UNKNOWN_CHANNEL = 10003
const UNKNOWN_MESSAGE = 10008

/** The messages above one, root first; in a thread its beginning and its latest hundred. */
export async function thread(
  session: DiscordSession,
  { remoteId, ref }: { remoteId: string; ref: Json },
): Promise<RawEvent[]> {
  const api = apiOf(session)
  const { channelId } = Ref.parse(ref)
  const own = await readMessage(api, channelId, remoteId)
  if (own === 'gone') return [goneEvent(remoteId, session.now())]
  const spot = await readSpot(api, channelId, new Set())
  if (own === 'hidden' || spot === null)
    throw new ConnectorError({ kind: 'rejected', reason: 'The bot cannot see this channel.' })
  if (spot.place.kind === 'thread') return readThread(api, channelId, spot.place)
  const chain = [own]
  for (let step = 0; step < MOST_STEPS; step++) {
    const above = Message.safeParse(chain[0]).data?.message_reference
    if (!above?.message_id || (above.channel_id ?? channelId) !== channelId) break
    const parent = await readMessage(api, channelId, above.message_id)
    if (parent === 'gone' || parent === 'hidden') break
    chain.unshift(parent)
  }
  return chain.flatMap((json) => eventOf(json, spot.place))
}

/** One message as Discord has it; `gone` only when Discord, asked for it, says so. */
export async function readMessage(
  api: Api,
  channelId: string,
  id: string,
): Promise<Json | 'gone' | 'hidden'> {
  const answer = await request(api, { path: `/channels/${channelId}/messages/${id}` })
  const json = AnyJson.safeParse(answer.body)
  if (answer.status === 200 && answer.isJson && json.success) return json.data
  const code = codeOf(answer.body)
  if (code === UNKNOWN_MESSAGE || code === UNKNOWN_CHANNEL) return 'gone'
  if (answer.isJson && answer.status === 403) return 'hidden'
  const detail = `a message was asked for, and Discord answered ${answer.status}`
  throw new ConnectorError({ kind: 'unavailable', detail })
}

/** A message with its place as an event; nothing for what cannot be read. */
export function eventOf(json: Json, place: Place): RawEvent[] {
  const message = Message.safeParse(json)
  if (!message.success) return []
  const { id } = message.data
  return [messageEvent({ id, version: versionOf(message.data) }, place, json)]
}

async function readThread(api: Api, id: string, place: Place): Promise<RawEvent[]> {
  const answer = await request(api, { path: `/channels/${id}/messages`, query: { limit: '100' } })
  const parsed = z.array(AnyJson).safeParse(answer.body)
  const latest = answer.status === 200 && parsed.success ? parsed.data.toReversed() : []
  const channel = Channel.safeParse((await request(api, { path: `/channels/${id}` })).body).data
  const start = channel?.parent_id ? await readMessage(api, channel.parent_id, id) : 'gone'
  const beginning =
    start === 'gone' || start === 'hidden' ? [] : eventOf(start, { ...place, kind: 'channel' })
  return [...beginning, ...latest.flatMap((json) => eventOf(json, place))]
}
