import type { WorkspaceId } from '../../../contract/ids.ts'
import type { Workspace } from '../../../contract/session.ts'
import type { Db, Tx } from '../../platform/db.ts'

const columns = [
  'id',
  'name',
  'time_zone',
  'locale',
  'hours',
  'reply_target_minutes',
  'set_up_at',
] as const

/** The workspace, seen from inside its own wall; undefined from anywhere else. */
export async function findWorkspace(db: Db | Tx, workspaceId: WorkspaceId) {
  return db
    .selectFrom('workspaces')
    .select(columns)
    .where('id', '=', workspaceId)
    .executeTakeFirst()
}

/** Makes a workspace; the transaction must speak for `workspace.id` already. */
export async function insertWorkspace(
  tx: Tx,
  workspace: { id: WorkspaceId; name: string; timeZone: string; locale: 'en' | 'ro' },
): Promise<void> {
  await tx
    .insertInto('workspaces')
    .values({
      id: workspace.id,
      name: workspace.name,
      time_zone: workspace.timeZone,
      locale: workspace.locale,
      hours: JSON.stringify(usualHours),
    })
    .execute()
}

export async function updateWorkspace(
  tx: Tx,
  workspaceId: WorkspaceId,
  change: Partial<Pick<Workspace, 'name' | 'timeZone' | 'locale' | 'hours'>> & { at: Date },
): Promise<void> {
  const { name, timeZone, locale, hours, at } = change
  await tx
    .updateTable('workspaces')
    .set((row) => ({
      ...(name !== undefined && { name }),
      ...(timeZone !== undefined && { time_zone: timeZone }),
      ...(locale !== undefined && { locale }),
      ...(hours !== undefined && { hours: JSON.stringify(hours) }),
      set_up_at: row.fn.coalesce('set_up_at', row.val(at)),
    }))
    .where('id', '=', workspaceId)
    .execute()
}

const office = [['09:00', '17:00']]
const usualHours = { mon: office, tue: office, wed: office, thu: office, fri: office }
