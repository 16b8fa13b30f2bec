import type { FiguresQuery } from '../../../contract/figures-query.ts'
import { badField } from '../../platform/errors.ts'
import { DAY, type Zone } from '../reply-clock/index.ts'
import type { Span } from './store.ts'

/** 13 months: a year and the month before it to compare with. */
const mostDays = 397
const usualDays = 28

/**
 * The days asked for (both included) as instants of the zone. Without an end: today; without a beginning:
 * four weeks up to the end.
 * @throws AppError `bad-input` that names the field
 */
export function choosePeriod(
  { from, to }: Pick<FiguresQuery, 'from' | 'to'>,
  zone: Zone,
  now: Date,
): Span & { firstDay: string; lastDay: string } {
  const today = Math.floor(zone.wallAt(now.getTime()) / DAY) * DAY
  const last = to === undefined ? today : Date.parse(to)
  const first = from === undefined ? last - (usualDays - 1) * DAY : Date.parse(from)
  if (first > last) throw badField('from', 'The first day must not come after the last.')
  if (first > today) throw badField('from', 'This day is yet to come. Choose one up to today.')
  if (last - first >= mostDays * DAY)
    throw badField('from', 'A period is 13 months at most. Choose a later first day.')
  return {
    from: new Date(zone.firstAt(first)),
    to: new Date(zone.firstAt(last + DAY)),
    firstDay: dayOf(first),
    lastDay: dayOf(last),
  }
}

function dayOf(wall: number): string {
  return new Date(wall).toISOString().slice(0, 10)
}
