import type { WorkspaceId } from '../../../contract/ids.ts'
import type { Workspace } from '../../../contract/session.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { ensureClock } from '../reply-clock/index.ts'

/** The workspace, seen from inside its own wall; undefined from anywhere else. Its hours are the default calendar's. */
export async function findWorkspace(db: Db | Tx, workspaceId: WorkspaceId) {
  return (
    db
      .selectFrom('workspaces as w')
      .leftJoin('clock_policies as p', 'p.workspace_id', 'w.id')
      .leftJoin('calendars as c', (join) =>
        join.onRef('c.workspace_id', '=', 'p.workspace_id').onRef('c.id', '=', 'p.calendar_id'),
      )
      .select(['w.id', 'w.name', 'w.time_zone', 'w.locale', 'w.set_up_at'])
      // Made by an earlier release a moment ago: its calendar is made when it is first asked for.
      .select((row) => row.fn.coalesce('c.hours', 'w.hours').as('hours'))
      .where('w.id', '=', workspaceId)
      .executeTakeFirst()
  )
}

/** Makes a workspace with its calendar and reply policy; the transaction must speak for `workspace.id` already. */
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
  await ensureClock(tx, workspace.id)
}

export async function updateWorkspace(
  tx: Tx,
  workspaceId: WorkspaceId,
  change: Partial<Pick<Workspace, 'name' | 'timeZone' | 'locale'>> & { at: Date },
): Promise<void> {
  const { name, timeZone, locale, at } = change
  await tx
    .updateTable('workspaces')
    .set((row) => ({
      ...(name !== undefined && { name }),
      ...(timeZone !== undefined && { time_zone: timeZone }),
      ...(locale !== undefined && { locale }),
      set_up_at: row.fn.coalesce('set_up_at', row.val(at)),
    }))
    .where('id', '=', workspaceId)
    .execute()
}

const office = [['09:00', '17:00']]
const usualHours = { mon: office, tue: office, wed: office, thu: office, fri: office }
