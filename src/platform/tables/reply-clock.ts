import type { Generated } from 'kysely'
import type { DefaultJson, DefaultTime, JsonColumn } from './columns.ts'

export type ReplyClockTables = {
  calendars: {
    workspace_id: string
    id: string
    name: string
    time_zone: string
    hours: JsonColumn
    holidays: DefaultJson
    created_at: DefaultTime
    updated_at: DefaultTime
  }
  clock_policies: {
    workspace_id: string
    version: Generated<number>
    rules: DefaultJson
    precedence: DefaultJson
    target: JsonColumn
    calendar_id: string
    updated_at: DefaultTime
  }
}
