import type { Selectable } from 'kysely'
import type { SnippetId, WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'

export type SnippetRow = Selectable<Tables['snippets']>

/** More than a person can look through; the check against them stays quick. */
export const mostSnippets = 500

/** Those that everybody has and a member's own, by name. `memberId` null: only everybody's. */
export async function readSnippets(
  tx: Tx,
  workspaceId: WorkspaceId,
  memberId: string | null,
): Promise<SnippetRow[]> {
  return tx
    .selectFrom('snippets')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where((eb) =>
      memberId === null
        ? eb('owner_id', 'is', null)
        : eb.or([eb('owner_id', 'is', null), eb('owner_id', '=', memberId)]),
    )
    .orderBy('name')
    .orderBy('id')
    .limit(2 * mostSnippets)
    .execute()
}

export async function countSnippets(
  tx: Tx,
  workspaceId: WorkspaceId,
  owner: string | null,
): Promise<number> {
  const { count } = await tx
    .selectFrom('snippets')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('workspace_id', '=', workspaceId)
    .where('owner_id', owner === null ? 'is' : '=', owner)
    .executeTakeFirstOrThrow()
  return count
}

export async function lockSnippet(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: SnippetId,
): Promise<SnippetRow | undefined> {
  return tx
    .selectFrom('snippets')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export async function insertSnippet(tx: Tx, row: Omit<SnippetRow, 'changed_at'>): Promise<void> {
  await tx.insertInto('snippets').values(row).execute()
}

export async function updateSnippet(
  tx: Tx,
  row: Pick<SnippetRow, 'workspace_id' | 'id' | 'name' | 'text_en' | 'text_ro' | 'changed_by'> & {
    changed_at: Date
  },
): Promise<void> {
  const { workspace_id, id, ...values } = row
  await tx
    .updateTable('snippets')
    .set(values)
    .where('workspace_id', '=', workspace_id)
    .where('id', '=', id)
    .execute()
}

export async function deleteSnippet(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: SnippetId,
): Promise<void> {
  await tx
    .deleteFrom('snippets')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}
