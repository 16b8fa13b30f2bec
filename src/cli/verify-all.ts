import { WorkspaceId } from '../../contract/ids.ts'
import { type AuditVerdict, verifyAudit } from '../modules/audit/index.ts'
import type { Database } from '../platform/db.ts'
import { CommandError, exitCodes } from './command.ts'

export type WorkspaceVerdict = { workspaceId: WorkspaceId } & AuditVerdict

/** The verdict on the log of every workspace. `head` can be given when there is one. */
export async function verifyAll(
  { db, dispatch }: Database,
  head?: { seq: number; hash: string },
): Promise<WorkspaceVerdict[]> {
  const rows = await dispatch.selectFrom('workspaces').select('id').orderBy('created_at').execute()
  if (head && rows.length > 1)
    throw new CommandError(
      exitCodes.usage,
      'With several workspaces --head cannot tell which is meant.',
    )
  const verdicts: WorkspaceVerdict[] = []
  for (const row of rows) {
    const workspaceId = WorkspaceId.parse(row.id)
    verdicts.push({ workspaceId, ...(await verifyAudit(db, workspaceId, head)) })
  }
  return verdicts
}
