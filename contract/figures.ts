import { z } from 'zod'
import { Elapsed } from './clock-view.ts'
import { FigureDay, FigureGrouping, WaitOutcome } from './figures-query.ts'
import { listOf, Time } from './http.ts'
import { ChannelId, ConversationId, DeliveryId } from './ids.ts'
import { PrivateReason } from './private-moves.ts'

// Figures of how long customers wait for a person. One wait runs from the oldest unanswered customer
// message until a person's reply; times in milliseconds.

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
