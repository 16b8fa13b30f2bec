import { z } from 'zod'
import { Time } from './http.ts'
import { ConversationId, MessageId, MoveId } from './ids.ts'

/** `POST /api/v1/conversations/{id}/merge`: these become part of this one. Asked again, it changes nothing more. */
export const ConversationMergeInput = z.object({
  otherIds: z.array(ConversationId).min(1).max(20),
})
export type ConversationMergeInput = z.infer<typeof ConversationMergeInput>

/**
 * `POST /api/v1/conversations/{id}/split`: these messages, or those from one on, become a conversation of
 * their own. Our answers to a chosen message go with it.
 */
export const SplitInput = z
  .object({
    fromMessageId: MessageId.optional(),
    messageIds: z.array(MessageId).min(1).max(1000).optional(),
  })
  .refine((input) => (input.fromMessageId === undefined) !== (input.messageIds === undefined), {
    path: ['messageIds'],
    message: 'Name the first message that goes (fromMessageId), or each of them (messageIds).',
  })
export type SplitInput = z.infer<typeof SplitInput>

/** A merge or a split, in the history of each conversation it concerns. */
export const Move = z.object({
  id: MoveId,
  kind: z.enum(['merge', 'split']),
  at: Time,
  byName: z.string(),
  /** The one that others were merged into, or that messages were split from. */
  keptId: ConversationId,
  /** Those that were merged, or the one that was made; with the number of messages that changed place. */
  others: z.array(
    z.object({ id: ConversationId, network: z.string(), handle: z.string(), messages: z.int() }),
  ),
  undoneAt: Time.nullable(),
  undoneByName: z.string().nullable(),
  can: z.object({ undo: z.boolean() }),
})
export type Move = z.infer<typeof Move>

/** `GET /api/v1/conversations/{id}/merge-candidates`: other conversations of the same person, open ones first. */
export const MergeCandidatesQuery = z.object({ text: z.string().max(200).optional() })

/** Why a move cannot be undone any more, in the problem's `movedOn`. */
export const MovedOn = z.enum([
  'moved-again',
  'customer-wrote',
  'answered',
  'noted',
  'given-away',
  'severity',
  'state',
  'snoozed',
])
export type MovedOn = z.infer<typeof MovedOn>
