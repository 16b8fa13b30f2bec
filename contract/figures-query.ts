import { z } from 'zod'
import { PageQuery } from './http.ts'
import { ChannelId } from './ids.ts'
import { PrivateReason } from './private-moves.ts'

// What can be asked of the figures. Apart from the answers, because the first page loads it with all addresses.

export const FigureGrouping = z.enum([
  'none',
  'channel',
  'department',
  'member',
  'language',
  'kind',
  'visibility',
  'severity',
  'weekday',
  'hour',
])
export type FigureGrouping = z.infer<typeof FigureGrouping>

export const FigureDay = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
export type FigureDay = z.infer<typeof FigureDay>

/** `waiting`: nobody answered yet. `closed`: the conversation was closed without an answer. */
export const WaitOutcome = z.enum(['answered', 'waiting', 'closed'])
export type WaitOutcome = z.infer<typeof WaitOutcome>

/** `unanswered`: still waiting or closed without an answer. */
export const OutcomeFilter = z.enum([...WaitOutcome.options, 'unanswered'])
export type OutcomeFilter = z.infer<typeof OutcomeFilter>

/** Days in the default calendar's zone, both included; the last four weeks unless said otherwise. */
export const FiguresQuery = z.object({
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  by: FigureGrouping.default('none'),
  channel: ChannelId.optional(),
  language: z.string().min(1).max(40).optional(),
})
export type FiguresQuery = z.infer<typeof FiguresQuery>

const hour = z.coerce.number().int().min(0)

/** Which of the waits: `key` is a group's; `fromHour` until `toHour` (excluded) are hours of the wall. */
export const WaitFilter = z.object({
  key: z.string().min(1).max(100).optional(),
  outcome: OutcomeFilter.optional(),
  /** They wrote while nobody was on duty. */
  gap: z.literal('true').optional(),
  day: FigureDay.optional(),
  fromHour: hour.max(23).optional(),
  toHour: hour.max(24).optional(),
})
export type WaitFilter = z.infer<typeof WaitFilter>

export const FigureRowsQuery = FiguresQuery.extend(WaitFilter.shape).extend(PageQuery.shape)
export type FigureRowsQuery = z.infer<typeof FigureRowsQuery>

/** Which of the moves to private: of one reason; `went`: those after which the customer went on in private. */
export const MoveFilter = z.object({
  reason: PrivateReason.optional(),
  went: z.literal('true').optional(),
})
export type MoveFilter = z.infer<typeof MoveFilter>

export const MoveRowsQuery = FiguresQuery.omit({ by: true })
  .extend(MoveFilter.shape)
  .extend(PageQuery.shape)
export type MoveRowsQuery = z.infer<typeof MoveRowsQuery>

export const FiguresCsvQuery = FiguresQuery.extend(WaitFilter.shape).extend({
  ...MoveFilter.shape,
  /**
   * `figures`: a line for each group. `waits`: a line for each wait. `reasons`: a line for each reason for
   * which customers were moved to private. `moves`: a line for each such move.
   */
  of: z.enum(['figures', 'waits', 'reasons', 'moves']).default('figures'),
})
export type FiguresCsvQuery = z.infer<typeof FiguresCsvQuery>
