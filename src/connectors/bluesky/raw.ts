import { z } from 'zod'
import type { Json, RawEvent } from '../contract.ts'

/**
 * What is stored of the network's words: its JSON as it came, in an envelope that says what it is.
 * `editedAt`: this is another version of a post that we had before, noticed then.
 */
export const Raw = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('notification'),
    notification: z.unknown(),
    /** The same post as shown, where it has media or a quote. */
    post: z.unknown().optional(),
    editedAt: z.iso.datetime().nullish(),
  }),
  z.object({ type: z.literal('post'), post: z.unknown(), editedAt: z.iso.datetime().nullish() }),
  z.object({ type: z.literal('gone'), id: z.string().min(1), at: z.iso.datetime() }),
  z.object({
    type: z.literal('private'),
    convoId: z.string().min(1),
    message: z.unknown(),
    sender: z.unknown(),
  }),
])
export type Raw = z.infer<typeof Raw>

type Version = { uri: string; cid: string; editedAt: Date | null }

export function notificationEvent(version: Version, notification: Json, post?: Json): RawEvent {
  const raw = { type: 'notification', notification, ...(post === undefined ? {} : { post }) }
  return { id: idOf(version), raw: { ...raw, ...edited(version) } }
}

export function postEvent(version: Version, post: Json): RawEvent {
  return { id: idOf(version), raw: { type: 'post', post, ...edited(version) } }
}

export function goneEvent(id: string, at: Date): RawEvent {
  return { id: `gone:${id}`, raw: { type: 'gone', id, at: at.toISOString() } }
}

export function privateEvent(
  { convoId, messageId }: { convoId: string; messageId: string },
  message: Json,
  sender: Json,
): RawEvent {
  return {
    id: privateId(convoId, messageId),
    raw: { type: 'private', convoId, message, sender },
  }
}

export function privateId(convoId: string, messageId: string): string {
  return `convo:${convoId}:${messageId}`
}

/** A version found to be an edit is another event than the same version seen for the first time. */
function idOf({ uri, cid, editedAt }: Version): string {
  return editedAt === null ? `${uri}#${cid}` : `${uri}#${cid}#edited`
}

function edited({ editedAt }: Version) {
  return editedAt === null ? {} : { editedAt: editedAt.toISOString() }
}
