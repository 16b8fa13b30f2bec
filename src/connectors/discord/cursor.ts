import { z } from 'zod'
import type { Json } from '../contract.ts'
import { Id } from './schemas.ts'
import { compareIds, snowflakeAt, timeOfSnowflake } from './snowflake.ts'

/** What a first start looks back. */
export const FIRST_DAYS_MS = 3 * 86_400_000
/** What a channel shows late under an earlier id is read again for this long. */
const OVERLAP_MS = 10_000
/** The floor stays behind by this much, because the clocks that make ids differ. */
const UNSETTLED_MS = 2 * 60_000
/** Private channels remembered; those silent the longest go first, and come back when they speak. */
const MOST_DIRECTS = 1000

/** The live connection to take up again: after `seq`, everything is told once more. */
export const GatewaySession = z.object({ id: z.string(), url: z.string(), seq: z.number() })
export type GatewaySession = z.infer<typeof GatewaySession>

const Progress = z.object({ last: Id, seen: z.array(Id) })
export type Progress = z.infer<typeof Progress>
const Direct = z.object({ id: Id, checked: z.number(), progress: Progress })
export type Direct = z.infer<typeof Direct>

/**
 * How far receiving has come. `floor`: everything up to this id was read in the channels of servers;
 * `channels`: how far beyond it each was read. `shut`: not to be asked before that time (ms). `directs`:
 * private channels, which Discord never lists: only the live connection tells of them. `gapAt`: when
 * that connection last began anew, so that it may have missed something.
 */
const State = z.object({
  floor: Id,
  channels: z.record(Id, Progress),
  shut: z.record(Id, z.number()),
  directs: z.array(Direct),
  swept: z.number(),
  gapAt: z.number(),
  gateway: GatewaySession.nullable(),
})
export type State = z.infer<typeof State>

/** What the live connection tells `receive`. */
export const Hint = z.object({
  channel: Id.optional(),
  isDirect: z.boolean().optional(),
  isGap: z.boolean().optional(),
  gateway: GatewaySession.nullable().optional(),
})
export type Hint = z.infer<typeof Hint>

export function readState(cursor: string | null, now: number): State {
  if (cursor !== null) return State.parse(JSON.parse(cursor))
  return {
    floor: snowflakeAt(now - FIRST_DAYS_MS),
    channels: {},
    shut: {},
    directs: [],
    swept: 0,
    gapAt: 0,
    gateway: null,
  }
}

/** The live connection to take up again, if there was one. */
export function gatewayOf(cursor: string | null): GatewaySession | null {
  return cursor === null ? null : State.parse(JSON.parse(cursor)).gateway
}

/** Takes in what the live connection told. @returns the channels of servers that it named */
export function absorbHints(state: State, hints: readonly Json[], now: number): Set<string> {
  const named = new Set<string>()
  for (const json of hints) {
    const hint = Hint.parse(json)
    if (hint.gateway !== undefined) state.gateway = hint.gateway
    if (hint.isGap) state.gapAt = now
    if (hint.channel === undefined) continue
    if (hint.isDirect) noteDirect(state, hint.channel, now)
    else named.add(hint.channel)
  }
  return named
}

/** A private channel that spoke is due at once, and stands last to be forgotten. */
function noteDirect(state: State, id: string, now: number): void {
  const known = state.directs.find((direct) => direct.id === id)
  const start = snowflakeAt(now - FIRST_DAYS_MS)
  const progress = known?.progress ?? { last: start, seen: [] }
  const others = state.directs.filter((direct) => direct.id !== id)
  state.directs = [...others, { id, checked: 0, progress }].slice(-MOST_DIRECTS)
}

/** The id after which a channel is to be read. */
export function startOf(progress: Progress): string {
  return snowflakeAt(timeOfSnowflake(progress.last) - OVERLAP_MS)
}

/** How far a channel of a server was read. */
export function progressOf(state: State, channel: string): Progress {
  return state.channels[channel] ?? { last: state.floor, seen: [] }
}

/** A channel that may not be read stays where it is until it may; what was missed is read then. */
export function shut(state: State, channel: string, until: number): void {
  state.channels[channel] = progressOf(state, channel)
  state.shut[channel] = until
}

/** The progress after reading `ids` (ascending), and knowing that nothing newer than `until` is there. */
export function progressAfter(
  before: Progress,
  ids: readonly string[],
  until: string | null,
): Progress {
  const last = [before.last, ids.at(-1), until ?? undefined]
    .filter((id) => id !== undefined)
    .reduce((a, b) => (compareIds(a, b) > 0 ? a : b))
  const since = startOf({ last, seen: [] })
  const seen = [...new Set([...before.seen, ...ids])].filter((id) => compareIds(id, since) > 0)
  return { last, seen }
}

/** After everything was read: lifts the floor, and forgets what it makes needless. */
export function settle(state: State, sweptAt: number): void {
  const floor = snowflakeAt(sweptAt - UNSETTLED_MS)
  const oldest = snowflakeAt(sweptAt - FIRST_DAYS_MS)
  if (compareIds(floor, state.floor) > 0) state.floor = floor
  state.swept = sweptAt
  const kept = Object.entries(state.channels).flatMap(([id, progress]) => {
    if (compareIds(progress.last, state.floor) > 0) return [[id, progress] as const]
    if (state.shut[id] === undefined) return []
    const isOld = compareIds(progress.last, oldest) < 0
    return [[id, isOld ? { last: oldest, seen: [] } : progress] as const]
  })
  state.channels = Object.fromEntries(kept)
}
