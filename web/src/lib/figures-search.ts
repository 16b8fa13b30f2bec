import { z } from 'zod'
import { FigureGrouping, MoveFilter, WaitFilter } from '../../../contract/figures-query.ts'

const Part = WaitFilter.shape

/** What the address of the figures says: days, grouping, clock, and the rows that are open. */
export const FiguresSearch = z.object({
  from: z.iso.date().optional().catch(undefined),
  to: z.iso.date().optional().catch(undefined),
  by: FigureGrouping.exclude(['none']).optional().catch(undefined),
  channel: z.string().optional().catch(undefined),
  /** Opening hours only; without it all time counts. */
  clock: z.literal('business').optional().catch(undefined),
  /** The rows behind a number: waits, or moves to private. */
  rows: z.enum(['open', 'moves']).optional().catch(undefined),
  key: Part.key.catch(undefined),
  outcome: Part.outcome.catch(undefined),
  gap: z.literal('true').optional().catch(undefined),
  day: Part.day.catch(undefined),
  fromHour: Part.fromHour.catch(undefined),
  toHour: Part.toHour.catch(undefined),
  reason: MoveFilter.shape.reason.catch(undefined),
  went: MoveFilter.shape.went.catch(undefined),
})
export type FiguresSearch = z.infer<typeof FiguresSearch>

/** Which waits a number stands for. */
export type RowsPart = Pick<
  FiguresSearch,
  'key' | 'outcome' | 'gap' | 'day' | 'fromHour' | 'toHour'
>

/** The days and the grouping of an address, without open rows. */
export function periodOf({ from, to, by, channel, clock }: FiguresSearch): FiguresSearch {
  return { from, to, by, channel, clock }
}

/** The request that an address stands for; `clock` is the page's own. */
export function figuresFilter({ from, to, by, channel }: FiguresSearch) {
  return { from, to, by, channel }
}

/** The request for the rows of an address. */
export function rowsFilter(search: FiguresSearch) {
  const { key, outcome, gap, day, fromHour, toHour } = search
  return { ...figuresFilter(search), key, outcome, gap, day, fromHour, toHour }
}

/** Which moves to private a number stands for. */
export type MovesPart = Pick<FiguresSearch, 'reason' | 'went'>

/** The request for the moves to private of an address. */
export function movesFilter({ from, to, channel, reason, went }: FiguresSearch) {
  return { from, to, channel, reason, went }
}
