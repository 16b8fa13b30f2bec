import { join } from 'node:path'
import type { ExportId, WorkspaceId } from '../../../contract/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/db.ts'
import type { Log } from '../../platform/log.ts'

export type ExportDeps = {
  database: Pick<Database, 'db' | 'pool'>
  clock: Clock
  log: Log
  /** Folder of the instance; archives lie in `exports` under it. */
  home: string
}

/** How long an archive can be fetched, in milliseconds. */
export const keptForMs = 7 * 86_400_000

export function folderOf({ home }: Pick<ExportDeps, 'home'>, workspaceId: WorkspaceId): string {
  return join(home, 'exports', workspaceId)
}

export function archiveOf(
  deps: Pick<ExportDeps, 'home'>,
  { workspaceId, id }: { workspaceId: WorkspaceId; id: ExportId },
): string {
  return join(folderOf(deps, workspaceId), `${id}.tar.gz`)
}
