import type { ColumnType } from 'kysely'
import type { DefaultTime, JsonColumn, MaybeTime, Time } from './columns.ts'

type MaybeJson = ColumnType<unknown, string | null | undefined, string | null>

/** Departments, hand-overs, routing rules and saved views. */
export type TeamTables = {
  departments: {
    workspace_id: string
    id: string
    name: string
    created_at: DefaultTime
    removed_at: MaybeTime
  }
  department_members: {
    workspace_id: string
    department_id: string
    member_id: string
    given_at: MaybeTime
  }
  hand_overs: {
    workspace_id: string
    id: string
    conversation_id: string
    note_id: string | null
    to_department_id: string | null
    to_member_id: string | null
    by_actor: string
    by_name: string
    at: Time
    before: JsonColumn
    after: JsonColumn
    settled_at: MaybeTime
  }
  routing: {
    workspace_id: string
    live_version: number | null
    draft: MaybeJson
    tried: string | null
  }
  routing_versions: {
    workspace_id: string
    version: number
    rules: JsonColumn
    made_at: Time
    made_by_name: string
    reverted_to: number | null
  }
  saved_views: {
    workspace_id: string
    id: string
    name: string
    filter: JsonColumn
    member_id: string | null
    created_by: string
    created_at: DefaultTime
    removed_at: MaybeTime
  }
}

/** Columns that the team's inbox adds to conversations. */
export type TeamConversationColumns = {
  department_id: ColumnType<string | null, string | null | undefined, string | null>
  severity: ColumnType<string | null, string | null | undefined, string | null>
  snoozed_until: MaybeTime
  snoozed_at: MaybeTime
  routed: MaybeJson
}
