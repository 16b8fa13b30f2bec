import { z } from 'zod'
import { ExportId, WorkspaceId } from '../../../contract/ids.ts'

export const ExportTask = z.object({ workspaceId: WorkspaceId, exportId: ExportId })
export type ExportTask = z.infer<typeof ExportTask>

// Names and payloads of the jobs, apart from their work.
export const writeExportTask = { name: 'exports.write', payload: ExportTask }
export const expireExportTask = { name: 'exports.expire', payload: ExportTask }
