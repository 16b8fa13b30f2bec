import type { Export } from '../../../contract/exports.ts'
import { ExportId } from '../../../contract/ids.ts'
import type { ExportRow } from './store.ts'

export function viewExport(row: ExportRow): Export {
  return {
    id: ExportId.parse(row.id),
    state: row.state,
    problem: row.problem,
    askedBy: row.asked_by_name,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
    rowsDone: row.rows_done,
    rowsTotal: row.rows_total,
    bytes: row.bytes,
    path: row.state === 'ready' ? `/api/v1/exports/${row.id}/file` : null,
  }
}
