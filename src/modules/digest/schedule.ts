import { createZone, DAY, type Zone } from '../reply-clock/index.ts'

const HOUR = 3_600_000
/** A digest that could not go out for longer than this is of yesterday: it is passed over. */
export const LATEST = 6 * HOUR

export type Standing = {
  now: Date
  timeZone: string
  /** 0 to 23, on the clock of the zone. */
  hour: number
  /** Digests that fell due before it are not caught up with. */
  wantedSince: Date
  /** The newest day that is settled, YYYY-MM-DD in the zone; null: none yet. */
  settled: string | null
}

/** `send` and `pass`: settle `day`. `next`: when the following digest falls due. */
export type Step =
  | { do: 'send'; day: string; next: Date }
  | { do: 'pass'; day: string; next: Date }
  | { do: 'wait'; next: Date }

/**
 * What is to be done about the daily digest. Pure. A day's digest falls due at the first moment at which
 * the clock on the wall reads its hour or later: an hour that the clock skips comes when it has jumped,
 * one that it shows twice comes once. Days that the zone leaves out have none. Days are settled in order,
 * so a zone that is changed meanwhile brings no day a second time.
 */
export function digestStep({ now, timeZone, hour, wantedSince, settled }: Standing): Step {
  const zone = createZone(timeZone)
  const at = now.getTime()
  const today = Math.floor(zone.wallAt(at) / DAY)
  const due = latestDue(zone, { hour, today, at })
  const next = nextDue(zone, { hour, today, at })
  if (due === undefined || due.at < wantedSince.getTime()) return { do: 'wait', next }
  const day = dayName(due.day)
  if (settled !== null && day <= settled) return { do: 'wait', next }
  return { do: at - due.at <= LATEST ? 'send' : 'pass', day, next }
}

type Question = { hour: number; today: number; at: number }

function latestDue(zone: Zone, { hour, today, at }: Question) {
  for (let day = today + 1; day >= today - 2; day--) {
    const due = dueAt(zone, day, hour)
    if (due !== undefined && due <= at) return { day, at: due }
  }
  return undefined
}

function nextDue(zone: Zone, { hour, today, at }: Question): Date {
  for (let day = today - 1; ; day++) {
    const due = dueAt(zone, day, hour)
    if (due !== undefined && due > at) return new Date(due)
  }
}

/** Undefined when the zone has no such day (Samoa, 30 December 2011). */
function dueAt(zone: Zone, day: number, hour: number): number | undefined {
  const due = zone.firstAt(day * DAY + hour * HOUR)
  return Math.floor(zone.wallAt(due) / DAY) === day ? due : undefined
}

function dayName(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10)
}

/** The first moment of the day that `now` lies in, in the zone. */
export function dayBegins(now: Date, timeZone: string): Date {
  const zone = createZone(timeZone)
  return new Date(zone.firstAt(Math.floor(zone.wallAt(now.getTime()) / DAY) * DAY))
}
