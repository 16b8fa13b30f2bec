import type { Selectable } from 'kysely'
import type { ExportId, WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'

export type ExportRow = Selectable<Tables['exports']>
export type Place = { workspaceId: WorkspaceId; id: ExportId }

export async function insertExport(
  tx: Tx,
  { workspaceId, id }: Place,
  asked: { by: string; byName: string; at: Date },
): Promise<ExportRow> {
  return tx
    .insertInto('exports')
    .values({
      workspace_id: workspaceId,
      id,
      state: 'waiting',
      problem: null,
      asked_by: asked.by,
      asked_by_name: asked.byName,
      rows_total: null,
      bytes: null,
      created_at: asked.at,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** The one that waits or is being written, if any. */
export async function findUnderWay(
  tx: Tx,
  workspaceId: WorkspaceId,
): Promise<ExportRow | undefined> {
  return tx
    .selectFrom('exports')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('state', 'in', ['waiting', 'writing'])
    .executeTakeFirst()
}

/** Newest first. */
export async function listExports(tx: Tx, workspaceId: WorkspaceId): Promise<ExportRow[]> {
  return tx
    .selectFrom('exports')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .orderBy('id', 'desc')
    .limit(20)
    .execute()
}

export async function findExport(
  tx: Tx,
  { workspaceId, id }: Place,
): Promise<ExportRow | undefined> {
  return tx
    .selectFrom('exports')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
}

type Change = Partial<Omit<ExportRow, 'workspace_id' | 'id'>>

/** Changes it if it is in one of these states. @returns the row as it is then, or undefined */
export async function changeExport(
  tx: Tx,
  { workspaceId, id }: Place,
  { from, to }: { from: ExportRow['state'][]; to: Change },
): Promise<ExportRow | undefined> {
  return tx
    .updateTable('exports')
    .set(to)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .where('state', 'in', from)
    .returningAll()
    .executeTakeFirst()
}
