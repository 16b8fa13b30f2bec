import type { Weekday } from '../../../contract/clock.ts'
import type { MemberId } from '../../../contract/ids.ts'
import type { Rota, Shift } from '../../../contract/on-call.ts'
import { createZone, DAY, type Zone } from '../reply-clock/index.ts'

/** Who is on call at a time: first, second, …, each once. Pure. */
export function whoIsOnCall(rota: Rota, at: Date): MemberId[] {
  const zones = new Map<string, Zone>()
  const zoneOf = (name: string) => {
    const zone = zones.get(name) ?? createZone(name)
    zones.set(name, zone)
    return zone
  }
  const found = rota.filter(
    ({ shift }) => shift === null || covers(shift, zoneOf(shift.timeZone).wallAt(at.getTime())),
  )
  return [...new Set(found.map(({ memberId }) => memberId))]
}

/**
 * The wall itself is asked, so the clock change needs no rule: an hour that it skips is nobody's, one that
 * it shows twice is twice the same person's.
 */
function covers({ days, from, to }: Shift, wall: number): boolean {
  const day = Math.floor(wall / DAY)
  const minute = Math.floor((wall - day * DAY) / 60_000)
  const [start, end] = [minuteOf(from), minuteOf(to)]
  const begins = (one: number) => days.includes(weekdayOf(one))
  if (start < end) return begins(day) && minute >= start && minute < end
  return (begins(day) && minute >= start) || (begins(day - 1) && minute < end)
}

// 1 January 1970 was a Thursday.
const weekdays: readonly Weekday[] = ['thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed']

function weekdayOf(day: number): Weekday {
  return weekdays[((day % 7) + 7) % 7] ?? 'mon'
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}
