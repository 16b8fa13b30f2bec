import { z } from 'zod'
import { Goodwill } from './goodwill.ts'
import { Time } from './http.ts'
import { ConversationId, MemberId, ThresholdId } from './ids.ts'

// The voices that matter today, and when somebody wants to be told of them.

/** One conversation, with its newest words and what it is listed for. */
export const DigestItem = z.object({
  conversationId: ConversationId,
  network: z.string(),
  person: z.string(),
  /** First words: of the customer (of `worst` and `best`: those meant), or of the reply that did not go out. */
  words: z.string(),
  /** When it began to wait, was due, was handed over, failed, was said, was last heard, or when they came back. */
  since: Time,
  /** Of `heard`: customers' messages of the last day in the thread, and the people who wrote them. */
  messages: z.int().nullable(),
  people: z.int().nullable(),
  /** Of `undelivered`: whether it failed or nobody knows. */
  delivery: z.enum(['failed', 'unknown']).nullable(),
})
export type DigestItem = z.infer<typeof DigestItem>

export const DigestSections = z.enum([
  'urgent',
  'worst',
  'overdue',
  'longest',
  'undelivered',
  'handedOver',
  'heard',
  'best',
  'wonBack',
])
export type DigestSection = z.infer<typeof DigestSections>

/** `GET /api/v1/digest`: at most 5 of each, the most pressing first. */
export const Digest = z.object({
  at: Time,
  urgent: z.array(DigestItem),
  /** Complaints of the last day, by feeling, the worst first. */
  worst: z.array(DigestItem),
  overdue: z.array(DigestItem),
  longest: z.array(DigestItem),
  undelivered: z.array(DigestItem),
  handedOver: z.array(DigestItem),
  heard: z.array(DigestItem),
  /** Praise of the last day, by feeling, the best first. */
  best: z.array(DigestItem),
  /** Unhappy customers who came back in the last day. */
  wonBack: z.array(DigestItem),
  /** Of the day in the workspace's zone, newest first; at most 20. */
  goodwill: z.array(Goodwill),
})
export type Digest = z.infer<typeof Digest>

/** `GET` and `PUT /api/v1/digest/subscription`: the caller's own. */
export const DigestSubscription = z.object({
  on: z.boolean(),
  /** On the clock of the workspace's zone. */
  hour: z.int().min(0).max(23),
  locale: z.enum(['en', 'ro']),
})
export type DigestSubscription = z.infer<typeof DigestSubscription>

/**
 * `POST /api/v1/thresholds`. `late`: more than `bound` customers wait past their target. `waits`: one
 * waits longer than `bound` hours. `urgent`: an urgent conversation waits for an answer.
 */
export const ThresholdInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('late'), bound: z.int().min(0).max(100_000), memberId: MemberId }),
  z.object({ kind: z.literal('waits'), bound: z.int().min(1).max(8760), memberId: MemberId }),
  z.object({ kind: z.literal('urgent'), memberId: MemberId }),
])
export type ThresholdInput = z.infer<typeof ThresholdInput>

export const Threshold = z.object({
  id: ThresholdId,
  kind: z.enum(['late', 'waits', 'urgent']),
  bound: z.int().nullable(),
  member: z.object({ id: MemberId, name: z.string() }),
  /** Since when it is above; null: it is below, and the next time above calls. */
  aboveSince: Time.nullable(),
})
export type Threshold = z.infer<typeof Threshold>
