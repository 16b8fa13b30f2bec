import type { Selectable } from 'kysely'
import { ConversationId, type MessageId } from '../../../contract/ids.ts'
import type {
  CorrectedMessage,
  KindInput,
  MessageKind,
  MessageReading,
} from '../../../contract/understanding.ts'
import { announce, inWorkspace, type Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { readMessage } from '../understanding/index.ts'
import type { ConversationDeps } from './deps.ts'
import { canCorrect } from './policy.ts'
import { refreshConversations } from './refresh-conversations.ts'

/**
 * Says what kind a customer's message is, in lists, figures and the digest, whatever Parley read in it; null: as
 * Parley reads it. It holds for these words: what the customer changes is read anew.
 * @throws AppError `not-found`; `bad-input` for a message that is not a customer's, was taken back or erased
 */
export async function correctKind(
  deps: Pick<ConversationDeps, 'database'>,
  actor: Actor,
  { id, input: { kind } }: { id: MessageId; input: KindInput },
): Promise<CorrectedMessage> {
  authorize(actor, canCorrect(actor))
  const { workspaceId } = actor
  return inWorkspace(deps.database.db, workspaceId, async (tx) => {
    const before = await lockMessage(tx, workspaceId, id)
    const next =
      kind === null
        ? { ...readMessage(before.text), kind_by_name: null }
        : { kind, feeling: usualFeeling[kind], kind_by_name: actor.name }
    const conversationId = ConversationId.parse(before.conversation_id)
    await tx
      .updateTable('messages')
      .set(next)
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .execute()
    await refreshConversations(tx, workspaceId, [conversationId])
    await announce(tx, { workspace: workspaceId, kind: 'conversation', id: conversationId })
    await recordAct(tx, actor, {
      act: 'message.kind',
      subject: `message:${id}`,
      detail: { conversation: conversationId, was: before.kind, is: next.kind },
    })
    return { conversationId, ...viewReading(next) }
  })
}

/** Of a message whose kind a person said: nobody measured it. */
const usualFeeling = { complaint: -50, praise: 50, question: 0, other: 0 } satisfies Record<
  MessageKind,
  number
>

async function lockMessage(tx: Tx, workspaceId: string, id: MessageId) {
  const row = await tx
    .selectFrom('messages')
    .select(['conversation_id', 'author', 'deleted_at', 'erased_at', 'text', 'kind'])
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!row) throw new AppError('not-found', 'There is no such message.')
  if (row.author !== 'customer')
    throw new AppError('bad-input', 'Only what a customer wrote has a kind.')
  if (row.deleted_at !== null || row.erased_at !== null)
    throw new AppError('bad-input', 'The words of this message are gone.')
  return row
}

type ReadingRow = Pick<Selectable<Tables['messages']>, 'kind' | 'feeling' | 'kind_by_name'>

export function viewReading({ kind, feeling, kind_by_name }: ReadingRow): MessageReading {
  return { kind, feeling, correctedBy: kind_by_name }
}
