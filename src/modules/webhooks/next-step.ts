/** How a try ended. `status` null: no answer came. */
export type Outcome = {
  status: number | null
  answer: string
  problem: string | null
  milliseconds: number
}

export type CallStep =
  | { state: 'sent' }
  | { state: 'waiting'; nextAt: Date }
  | { state: 'failed'; gone: boolean }

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** The pauses between tries: together close to three days, as Standard Webhooks advises. */
export const pauses: readonly number[] = [
  5 * second,
  minute,
  5 * minute,
  30 * minute,
  2 * hour,
  6 * hour,
  12 * hour,
  24 * hour,
  24 * hour,
]

/**
 * What follows from a try. 2xx: it was heard. 410: the address says that it is gone for good. Anything
 * else is tried again until the pauses are used up. Pure.
 * @param standing `tries`: since the event, or since a person had it sent again; this one included
 */
export function afterCall(
  { status }: Outcome,
  { tries, now }: { tries: number; now: Date },
): CallStep {
  if (status !== null && status >= 200 && status < 300) return { state: 'sent' }
  if (status === 410) return { state: 'failed', gone: true }
  const pause = pauses[tries - 1]
  if (pause === undefined) return { state: 'failed', gone: false }
  return { state: 'waiting', nextAt: new Date(now.getTime() + pause) }
}

/** After failures in a row the whole address rests, at most 5 minutes: a dead one must not hold up others. Pure. */
export function restAfter(failures: number, now: Date): Date | null {
  if (failures === 0) return null
  const rest = Math.min(5 * second * 2 ** Math.min(failures - 1, 20), 5 * minute)
  return new Date(now.getTime() + rest)
}
