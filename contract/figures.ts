import { z } from 'zod'
import { Elapsed } from './clock-view.ts'
import { listOf, PageQuery, Time } from './http.ts'
import { ChannelId, ConversationId, DeliveryId } from './ids.ts'
import { PrivateReason } from './private-moves.ts'

// Figures of how long customers wait for a person. One wait runs from the oldest unanswered customer
// message until a person's reply; times in milliseconds.

export const FigureGrouping = z.enum([
  'none',
  'channel',
  'department',
  'member',
  'language',
  'kind',
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

/**
 * The time by which a share of customers was answered. `moreThan`: so many still wait that the share was
 * not reached; it is longer than `ms`. `low` and `high`: where it lies with 95 % confidence; null: open.
 */
export const Quantile = z.object({
  ms: z.number(),
  moreThan: z.boolean(),
  low: z.number().nullable(),
  high: z.number().nullable(),
})
export type Quantile = z.infer<typeof Quantile>

/** null: nobody wrote. */
export const Spread = z.object({ median: Quantile, p90: Quantile }).nullable()
export type Spread = z.infer<typeof Spread>

export const Sample = z.object({
  waits: z.int(),
  answered: z.int(),
  waiting: z.int(),
  closed: z.int(),
  /** Of all waits, never-answered ones included. */
  shareAnswered: z.number().nullable(),
  calendar: Spread,
  business: Spread,
  /** Too few for more than a hint. */
  small: z.boolean(),
})
export type Sample = z.infer<typeof Sample>

/** From `at` on this share still waits; `low` and `high` hold it with 95 % confidence. */
export const CurvePoint = z.object({
  at: z.number(),
  waiting: z.number(),
  low: z.number(),
  high: z.number(),
})
export type CurvePoint = z.infer<typeof CurvePoint>

/** Hours in which somebody on duty would have met the most of those who wrote to nobody. */
export const DutyBlock = z.object({
  day: FigureDay,
  fromHour: z.int(),
  toHour: z.int(),
  waits: z.int(),
  /** Of all who wrote while nobody was on duty. */
  share: z.number(),
  /** Of those who did so at the weekend, or on working days, whichever the day belongs to. */
  shareOfPart: z.number(),
})
export type DutyBlock = z.infer<typeof DutyBlock>

export const Coverage = z.object({
  /** Wrote while nobody was on duty and waited for the next opening. */
  waits: z.int(),
  /** 24 hours of 7 days, Monday first. */
  hours: z.array(z.int()).length(168),
  blocks: z.array(DutyBlock),
})
export type Coverage = z.infer<typeof Coverage>

const MoveCount = {
  /** Replies that stand on the network and ask the customer to go on in private. */
  moves: z.int(),
  /** After so many of them the same customer began a private conversation there. */
  wentOn: z.int(),
}

/** Moves to private in the period, by the reason that was given; those of which there were any, most first. */
export const MoveFigures = z.object({
  ...MoveCount,
  reasons: z.array(z.object({ reason: PrivateReason, ...MoveCount })),
})
export type MoveFigures = z.infer<typeof MoveFigures>

export const Figures = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  timeZone: z.string(),
  asOf: Time,
  by: FigureGrouping,
  total: Sample,
  /** Most waits first; days and hours in their order. `label`: the name of an account or a colleague. */
  groups: z.array(z.object({ key: z.string(), label: z.string().nullable(), sample: Sample })),
  curve: z.object({ calendar: z.array(CurvePoint), business: z.array(CurvePoint) }),
  coverage: Coverage,
  privateMoves: MoveFigures,
})
export type Figures = z.infer<typeof Figures>

export const FigureRow = z.object({
  conversationId: ConversationId,
  channelId: ChannelId,
  customer: z.string(),
  since: Time,
  answeredAt: Time.nullable(),
  outcome: WaitOutcome,
  elapsed: Elapsed,
  gap: z.boolean(),
})
export type FigureRow = z.infer<typeof FigureRow>

export const FigureRows = listOf(FigureRow)

/** A move to private behind a figure. */
export const MoveRow = z.object({
  deliveryId: DeliveryId,
  conversationId: ConversationId,
  channelId: ChannelId,
  customer: z.string(),
  at: Time,
  byName: z.string(),
  reason: PrivateReason,
  /** In the words of whoever moved it; empty unless they gave some. */
  words: z.string(),
  /** The account at which the customer should go on. */
  placeHandle: z.string(),
  /** The private conversation in which they did; null: they have not. */
  privateId: ConversationId.nullable(),
})
export type MoveRow = z.infer<typeof MoveRow>

export const MoveRows = listOf(MoveRow)

/** `GET /api/v1/figures.csv`. */
export const FiguresCsv = z.string().describe('CSV with a heading line; times in minutes')
