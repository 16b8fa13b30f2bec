import type { Generated } from 'kysely'
import type { MaybeTime, Time } from './columns.ts'

export type ExportTables = {
  exports: {
    workspace_id: string
    id: string
    state: 'waiting' | 'writing' | 'ready' | 'failed' | 'removed'
    problem: string | null
    asked_by: string
    asked_by_name: string
    rows_done: Generated<number>
    rows_total: number | null
    bytes: number | null
    created_at: Time
    finished_at: MaybeTime
    expires_at: MaybeTime
  }
}
