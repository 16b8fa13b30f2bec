import { z } from 'zod'
import { ConnectorError, type Json, type Page, type RawEvent } from '../contract.ts'
import { type Api, apiOf, type DiscordSession, request } from './api.ts'
import {
  absorbHints,
  type Progress,
  progressAfter,
  progressOf,
  readState,
  type State,
  settle,
  shut,
  startOf,
} from './cursor.ts'
import { directSpot, readSpot, readSpots, type Spot } from './places.ts'
import { messageEvent } from './raw.ts'
import { AnyJson, Message, MessageHead } from './schemas.ts'
import { compareIds } from './snowflake.ts'
import { versionOf } from './translate.ts'

/** With a live connection, all channels are looked through only this often. */
const SWEEP_MS = 60_000
/** After a pause this long the news may be in threads that closed meanwhile. */
const LONG_MS = 10 * 60_000
/** A private channel is asked for what the live connection may have missed. */
const DIRECT_MS = 15 * 60_000
/** A channel that may not be read is left alone; Discord counts refusals against the whole machine. */
const SHUT_MS = 15 * 60_000
const PAGE = 100
const PAGES_AT_ONCE = 5
const CHANNELS_AT_ONCE = 20
const DIRECTS_AT_ONCE = 20

type Item = { id: string; json: Json }
/** One call's work: what it asks, what it knows, and what it found. */
type Round = { api: Api; me: string; state: State; now: number; found: (Item & { spot: Spot })[] }

/**
 * What concerns us, oldest first: what names the bot or answers it, private messages, and everything in
 * chosen channels and in threads the bot takes part in. Channels tell their newest id, so that only
 * those with news are read. Private channels are known only from hints.
 */
export async function receive(
  session: DiscordSession,
  cursor: string | null,
  hints: readonly Json[] = [],
): Promise<Page> {
  const now = session.now().getTime()
  const state = readState(cursor, now)
  const named = absorbHints(state, hints, now)
  const round = { api: apiOf(session), me: session.account.remoteId, state, now, found: [] }
  const chosen = new Set(session.credential.channels)
  const isSweep = hints.length === 0 || now - state.swept > SWEEP_MS
  const isMoreInChannels = await readChannels(
    round,
    await spotsOf(round, { chosen, named, isSweep }),
  )
  const isMoreInDirects = await readDirects(round)
  if (isSweep && !isMoreInChannels) settle(state, now)
  const events = eventsOf(round)
  return { events, cursor: JSON.stringify(state), more: isMoreInChannels || isMoreInDirects }
}

type Wanted = { chosen: ReadonlySet<string>; named: ReadonlySet<string>; isSweep: boolean }

/** Channels with something to read: those with a newer id than we read, and those that were named. */
async function spotsOf({ api, state, now }: Round, wanted: Wanted): Promise<Spot[]> {
  const { chosen, named, isSweep } = wanted
  const spots = new Map<string, Spot>()
  if (isSweep)
    for (const spot of await readSpots(api, chosen, now - state.swept > LONG_MS)) {
      const isNews =
        spot.last !== null && compareIds(spot.last, progressOf(state, spot.id).last) > 0
      if (isNews || named.has(spot.id)) spots.set(spot.id, spot)
    }
  for (const id of named) {
    const spot = spots.get(id) ?? (await readSpot(api, id, chosen))
    if (spot) spots.set(id, spot)
  }
  return [...spots.values()].filter(({ id }) => (state.shut[id] ?? 0) <= now)
}

async function readChannels(round: Round, spots: readonly Spot[]): Promise<boolean> {
  const { state, now } = round
  let isMore = spots.length > CHANNELS_AT_ONCE
  for (const spot of spots.slice(0, CHANNELS_AT_ONCE)) {
    const before = progressOf(state, spot.id)
    const { items, isAll, isShut } = await readOn(round, spot, before)
    if (isShut) {
      shut(state, spot.id, now + SHUT_MS)
      continue
    }
    delete state.shut[spot.id]
    const ids = items.map(({ id }) => id)
    state.channels[spot.id] = progressAfter(before, ids, isAll ? spot.last : null)
    isMore ||= !isAll
  }
  return isMore
}

/** Private channels that were named, and in turn those not asked for long or not since a gap. */
async function readDirects(round: Round): Promise<boolean> {
  const { state, now } = round
  const due = state.directs.filter(
    ({ checked }) => checked < state.gapAt || checked === 0 || now - checked > DIRECT_MS,
  )
  due.sort((a, b) => a.checked - b.checked)
  let isMore = due.length > DIRECTS_AT_ONCE
  for (const direct of due.slice(0, DIRECTS_AT_ONCE)) {
    const { items, isAll } = await readOn(round, directSpot(direct.id), direct.progress)
    const ids = items.map(({ id }) => id)
    direct.progress = progressAfter(direct.progress, ids, null)
    if (isAll) direct.checked = now
    isMore ||= !isAll
  }
  return isMore
}

/** Everything after the progress, oldest first, and whether that was all. */
async function readOn(
  round: Round,
  spot: Spot,
  progress: Progress,
): Promise<{ items: Item[]; isAll: boolean; isShut: boolean }> {
  const seen = new Set(progress.seen)
  const items: Item[] = []
  // Without anything seen, the progress is a moment in time: what lies before it was never asked for.
  let after = seen.size > 0 ? startOf(progress) : progress.last
  for (let page = 0; page < PAGES_AT_ONCE; page++) {
    const read = await readPage(round.api, spot.id, after)
    if (read === null) return { items, isAll: true, isShut: true }
    const fresh = read.filter(({ id }) => !seen.has(id))
    items.push(...fresh)
    round.found.push(...fresh.map((item) => ({ ...item, spot })))
    const last = read.at(-1)
    if (!last || read.length < PAGE) return { items, isAll: true, isShut: false }
    after = last.id
  }
  return { items, isAll: false, isShut: false }
}

/** A page, oldest first; null when the channel may not be read, or is gone. */
async function readPage(api: Api, channel: string, after: string): Promise<Item[] | null> {
  const path = `/channels/${channel}/messages`
  const call = { path, query: { after, limit: String(PAGE) } }
  const { status, body, isJson } = await request(api, call)
  if (isJson && (status === 403 || status === 404)) return null
  const parsed = z.array(AnyJson).safeParse(body)
  if (status !== 200 || !isJson || !parsed.success) {
    const detail = `GET ${path} answered ${status} with something that is not Discord's`
    throw new ConnectorError({ kind: 'unavailable', detail }, { cause: parsed.error })
  }
  const items = parsed.data.flatMap((json) => {
    const head = MessageHead.safeParse(json)
    return head.success ? [{ id: head.data.id, json }] : []
  })
  return items.sort((a, b) => compareIds(a.id, b.id))
}

function eventsOf({ found, me }: Round): RawEvent[] {
  found.sort((a, b) => compareIds(a.id, b.id))
  return found.flatMap(({ id, json, spot }) => {
    const message = Message.safeParse(json)
    // What we cannot read is told: translating it fails, and it is kept aside.
    if (!message.success) return [messageEvent({ id, version: 'unreadable' }, spot.place, json)]
    if (!concernsUs(message.data, spot, me)) return []
    return [messageEvent({ id, version: versionOf(message.data) }, spot.place, json)]
  })
}

function concernsUs(message: Message, spot: Spot, me: string): boolean {
  if (spot.place.kind === 'direct') return true
  if (message.author.id === me) return spot.isOurs || message.type === 19
  if (message.mentions.some(({ id }) => id === me)) return true
  if (message.referenced_message?.author.id === me) return !isBlank(message)
  return spot.isOurs && !isBlank(message)
}

/** Without the message content intent, Discord leaves out the words of what does not name the bot. */
function isBlank({ content, attachments, embeds, sticker_items, message_snapshots }: Message) {
  const parts = [attachments, embeds, sticker_items, message_snapshots]
  return content === '' && parts.every(({ length }) => length === 0)
}
