import { z } from 'zod'
import { Time } from './http.ts'
import { OutgoingMailId } from './ids.ts'

/**
 * `waiting`: for an e-mail channel, or for the server to take it; `unknown`: it was handed over twice
 * and nobody can say whether it arrived; `returned`: it came back.
 */
export const OutgoingMailState = z.enum([
  'waiting',
  'sending',
  'sent',
  'failed',
  'unknown',
  'returned',
])
export type OutgoingMailState = z.infer<typeof OutgoingMailState>

/** A mail that Parley writes by itself. Its text is not told: links in it open doors. */
export const OutgoingMailView = z.object({
  id: OutgoingMailId,
  to: z.string(),
  subject: z.string(),
  state: OutgoingMailState,
  /** Why it waits, failed or came back, in plain English; null: nothing is wrong. */
  problem: z.string().nullable(),
  attempts: z.int(),
  createdAt: Time,
  sentAt: Time.nullable(),
})
export type OutgoingMailView = z.infer<typeof OutgoingMailView>
