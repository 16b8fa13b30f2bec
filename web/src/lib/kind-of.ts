import type { Message } from '../../../contract/conversations.ts'
import type { ConversationKind } from '../../../contract/understanding.ts'

/** What a conversation is, by the newest message of the customer that says something; oldest first come in. */
export function kindOf(
  messages: readonly Pick<Message, 'reading' | 'deletedAt'>[],
): ConversationKind | null {
  for (const { reading, deletedAt } of messages.toReversed()) {
    const kind = reading?.kind
    if (kind && kind !== 'other' && deletedAt === null) return kind
  }
  return null
}
