import { z } from 'zod'
import { ConnectorError } from '../contract.ts'
import { type Api, ask, request } from './api.ts'
import type { Place } from './raw.ts'
import { Channel, Guild, Id } from './schemas.ts'

/** Channels people can write in: text, news, voice and stage; their threads. Forums hold only threads. */
const WRITTEN = new Set([0, 2, 5, 13])
const THREADS = new Set([10, 11, 12])
const WITH_THREADS = new Set([0, 5, 15, 16])
const DIRECT = 1
const GROUP = 3
const MOST_GUILDS = 200

/** A channel to read. `isOurs`: everything in it concerns us, not only what names us. */
export type Spot = { id: string; last: string | null; place: Place; isOurs: boolean }

const Listed = z.array(Channel.nullable().catch(null))
const Threads = z.object({
  threads: Listed,
  members: z
    .array(z.object({ id: Id.optional() }))
    .catch([])
    .default([]),
})

/** Every channel and open thread that the bot sees. `isLong`: look among closed threads too. */
export async function readSpots(
  api: Api,
  chosen: ReadonlySet<string>,
  isLong: boolean,
): Promise<Spot[]> {
  const guilds = await readGuilds(api)
  const spots: Spot[] = []
  for (const guildId of guilds) {
    const listed = await listOrNothing(api, `/guilds/${guildId}/channels`, Listed)
    const channels = present(listed ?? [])
    const active = await listOrNothing(api, `/guilds/${guildId}/threads/active`, Threads)
    const joined = new Set((active?.members ?? []).map(({ id }) => id))
    const threads = present(active?.threads ?? [])
    if (isLong) threads.push(...(await readClosed(api, channels)))
    for (const channel of [...channels, ...threads])
      if (WRITTEN.has(channel.type) || THREADS.has(channel.type))
        spots.push(spotOf(channel, { guildId, chosen, isJoined: joined.has(channel.id) }))
  }
  return spots
}

/** One channel by its id; null when it is gone or hidden. */
export async function readSpot(
  api: Api,
  id: string,
  chosen: ReadonlySet<string>,
): Promise<Spot | null> {
  const Answer = Channel.extend({ member: z.unknown().optional() })
  const channel = await listOrNothing(api, `/channels/${id}`, Answer)
  if (!channel) return null
  if (channel.type === DIRECT || channel.type === GROUP) return directSpot(id)
  return spotOf(channel, {
    guildId: channel.guild_id ?? null,
    chosen,
    isJoined: channel.member !== undefined,
  })
}

export function directSpot(id: string): Spot {
  const place: Place = { kind: 'direct', guildId: null, name: null }
  return { id, last: null, place, isOurs: true }
}

type About = { guildId: string | null; chosen: ReadonlySet<string>; isJoined: boolean }

function spotOf(channel: Channel, { guildId, chosen, isJoined }: About): Spot {
  const isThread = THREADS.has(channel.type)
  const isChosen = chosen.has(channel.id) || (isThread && chosen.has(channel.parent_id ?? ''))
  return {
    id: channel.id,
    last: channel.last_message_id ?? null,
    place: { kind: isThread ? 'thread' : 'channel', guildId, name: channel.name ?? null },
    isOurs: isChosen || (isThread && isJoined),
  }
}

async function readGuilds(api: Api): Promise<string[]> {
  const ids: string[] = []
  for (;;) {
    const after = ids.at(-1)
    const query = { limit: String(MOST_GUILDS), ...(after === undefined ? {} : { after }) }
    const page = await ask(api, { path: '/users/@me/guilds', query }, z.array(Guild))
    ids.push(...page.map(({ id }) => id))
    if (page.length < MOST_GUILDS) return ids
  }
}

/** Threads close by themselves after an hour: after a long pause the news may be in closed ones. */
async function readClosed(api: Api, channels: readonly Channel[]): Promise<Channel[]> {
  const closed: Channel[] = []
  for (const { id, type } of channels) {
    if (!WITH_THREADS.has(type)) continue
    const path = `/channels/${id}/threads/archived/public`
    closed.push(...present((await listOrNothing(api, path, Threads))?.threads ?? []))
  }
  return closed
}

/** null where the bot may not look, or there is nothing any more. */
async function listOrNothing<Schema extends z.ZodType>(
  api: Api,
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | null> {
  const { status, body, isJson } = await request(api, { path })
  if (isJson && (status === 403 || status === 404)) return null
  const parsed = schema.safeParse(body)
  if (status === 200 && isJson && parsed.success) return parsed.data
  const detail = `GET ${path} answered ${status} with something that is not Discord's`
  throw new ConnectorError({ kind: 'unavailable', detail }, { cause: parsed.error })
}

function present<Item>(items: readonly (Item | null)[]): Item[] {
  return items.filter((item) => item !== null)
}
