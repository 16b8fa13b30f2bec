import { z } from 'zod'
import type { Json, RawEvent } from '../contract.ts'
import { Id } from './schemas.ts'

/** Where a message stands: messages themselves do not tell their server when they are read by REST. */
export const Place = z.object({
  kind: z.enum(['channel', 'thread', 'direct']),
  guildId: Id.nullable(),
  name: z.string().nullable(),
})
export type Place = z.infer<typeof Place>

/** What is stored of Discord's words: its JSON as it came, in an envelope that says what and where. */
export const Raw = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message'), place: Place, message: z.unknown() }),
  z.object({ type: z.literal('webhook'), delivered: z.unknown() }),
  z.object({ type: z.literal('gone'), id: z.string().min(1), at: z.iso.datetime() }),
])

/** One version of a message: an edit is another event. */
export function messageEvent(
  { id, version }: { id: string; version: string },
  place: Place,
  message: Json,
): RawEvent {
  return { id: `message:${id}:${version}`, raw: { type: 'message', place, message } }
}

/** What Discord brought by a webhook: never a message. */
export function webhookEvent(digest: string, delivered: Json): RawEvent {
  return { id: `webhook:${digest}`, raw: { type: 'webhook', delivered } }
}

export function goneEvent(id: string, at: Date): RawEvent {
  return { id: `gone:${id}`, raw: { type: 'gone', id, at: at.toISOString() } }
}
