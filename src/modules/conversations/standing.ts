import { sql } from 'kysely'
import { ConversationId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'

/**
 * The conversation that stands for this one: itself, or the one that it was merged into.
 * @throws AppError `not-found`
 */
export async function findStanding(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: ConversationId,
): Promise<ConversationId> {
  const row = await tx
    .selectFrom('conversations')
    .select(['id', 'merged_into'])
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw noConversation()
  return ConversationId.parse(row.merged_into ?? row.id)
}

/** `write`: something is added that belongs to it. `change`: the row itself is changed. */
export type Hold = 'write' | 'change'

const locks = { write: sql`for key share`, change: sql`for no key update` }

/** Each further try means that it was merged or taken apart meanwhile. */
const mostTries = 20

/**
 * The same, held so until the transaction ends: nobody merges it meanwhile, so that what is written to it
 * is not left behind in one that nobody sees. Only the one that stands is locked, never two.
 * @throws AppError `not-found`
 */
export async function holdStanding(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: ConversationId,
  hold: Hold = 'write',
): Promise<ConversationId> {
  for (let tries = 1; tries <= mostTries; tries++) {
    const standing = await findStanding(tx, workspaceId, id)
    await sql`
      select id from conversations where workspace_id = ${workspaceId} and id = ${standing}
      ${locks[hold]}`.execute(tx)
    if ((await findStanding(tx, workspaceId, id)) === standing) return standing
  }
  throw new Error(`${id} is merged and taken apart faster than it can be held`)
}

/**
 * Where the message that is answered stands now, held as for a change: its conversation, and its own
 * thread's where that is another one.
 */
export async function holdPlaceOf(
  tx: Tx,
  workspaceId: WorkspaceId,
  messageId: string,
): Promise<{ conversationId: ConversationId; homeId: string | null }> {
  for (let tries = 1; tries <= mostTries; tries++) {
    const { conversation_id: id } = await readPlace(tx, workspaceId, messageId)
    await sql`
      select id from conversations where workspace_id = ${workspaceId} and id = ${id}
      ${locks.change}`.execute(tx)
    const place = await readPlace(tx, workspaceId, messageId)
    if (place.conversation_id === id)
      return { conversationId: ConversationId.parse(id), homeId: place.home_id }
  }
  throw new Error(`${messageId} changes its conversation faster than it can be held`)
}

function readPlace(tx: Tx, workspaceId: WorkspaceId, messageId: string) {
  return tx
    .selectFrom('messages')
    .select(['conversation_id', 'home_id'])
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', messageId)
    .executeTakeFirstOrThrow()
}

function noConversation(): AppError {
  return new AppError('not-found', 'There is no such conversation.')
}
