import { z } from 'zod'
import { ConversationId } from './ids.ts'

// What a customer's message is, as Parley reads it or as a person of the business corrected it.

/**
 * `complaint`: something is wrong or disappoints. `praise`: thanks, or something pleased. `question`: asks or
 * requests something without complaining. `other`: none of these, or too little to tell.
 */
export const MessageKind = z.enum(['complaint', 'praise', 'question', 'other'])
export type MessageKind = z.infer<typeof MessageKind>

/**
 * `kind`, and `feeling`, how sure it is that the customer is pleased (100) or unhappy (-100): null: not read yet.
 * `correctedBy`: the name of who said what kind it is, which gives a usual feeling; null: as Parley read it.
 */
export const MessageReading = z.object({
  kind: MessageKind.nullable(),
  feeling: z.int().min(-100).max(100).nullable(),
  correctedBy: z.string().nullable(),
})
export type MessageReading = z.infer<typeof MessageReading>

/** Of a conversation: what its newest message that says something is. */
export const ConversationKind = MessageKind.exclude(['other'])
export type ConversationKind = z.infer<typeof ConversationKind>

/** `PUT /api/v1/messages/{id}/kind`. Null: as Parley reads it. */
export const KindInput = z.object({ kind: MessageKind.nullable() })
export type KindInput = z.infer<typeof KindInput>

export const CorrectedMessage = MessageReading.extend({ conversationId: ConversationId })
export type CorrectedMessage = z.infer<typeof CorrectedMessage>
