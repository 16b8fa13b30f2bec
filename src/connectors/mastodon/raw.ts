import { z } from 'zod'
import type { Json, RawEvent } from '../contract.ts'

/**
 * What is stored of the network's words: its JSON as it came, in an envelope that says what it is.
 * `root` is there when the status was read with its whole thread. `gone`: the server no longer has it.
 */
export const Raw = z.discriminatedUnion('type', [
  z.object({ type: z.literal('notification'), notification: z.unknown() }),
  z.object({ type: z.literal('status'), status: z.unknown(), root: z.string().nullish() }),
  z.object({ type: z.literal('gone'), id: z.string().min(1), at: z.iso.datetime() }),
])
export type Raw = z.infer<typeof Raw>

export function notificationEvent(id: string, notification: Json): RawEvent {
  return { id: `notification:${id}`, raw: { type: 'notification', notification } }
}

/** One version of a status: an edit is another event. */
export function statusEvent(
  { id, version }: { id: string; version: string },
  status: Json,
  root: string | null = null,
): RawEvent {
  return { id: `status:${id}:${version}`, raw: { type: 'status', status, root } }
}

export function goneEvent(id: string, at: Date): RawEvent {
  return { id: `gone:${id}`, raw: { type: 'gone', id, at: at.toISOString() } }
}

/** Any parsed JSON document; nothing else comes out of JSON.parse. */
export const AnyJson: z.ZodType<Json> = z.json()
