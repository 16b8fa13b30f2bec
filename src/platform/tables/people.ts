import type { Generated } from 'kysely'
import type { DefaultTime, JsonColumn, MaybeTime, Time } from './columns.ts'

type WinBack = 'unhappy' | 'answered' | 'mended' | 'came-back' | 'mistaken'

export type PeopleTables = {
  /** Joined to the core's. */
  people: {
    tags: Generated<string[]>
    external_id: Generated<string | null>
    merged_into: Generated<string | null>
    erased_at: MaybeTime
  }
  messages: { erased_at: MaybeTime }
  person_contacts: {
    workspace_id: string
    id: string
    person_id: string
    kind: string
    value: string
    created_at: DefaultTime
  }
  person_notes: {
    workspace_id: string
    id: string
    person_id: string
    author: string
    author_name: string
    text: string
    created_at: Time
  }
  person_consents: {
    workspace_id: string
    id: string
    person_id: string
    purpose: string
    how: string
    given_at: Time
    recorded_by: string
    recorded_by_name: string
    withdrawn_at: MaybeTime
    withdrawn_how: Generated<string | null>
  }
  win_back_cases: {
    workspace_id: string
    id: string
    person_id: string
    conversation_id: string | null
    began_at: Time
    state: WinBack
    state_at: Time
  }
  win_back_steps: {
    workspace_id: string
    id: string
    case_id: string
    state: WinBack
    at: Time
    by: string
    by_name: string
  }
  person_merges: {
    workspace_id: string
    id: string
    kept_id: string
    merged_id: string
    moved: JsonColumn
    by: string
    by_name: string
    at: Time
    undone_at: MaybeTime
    undone_by_name: Generated<string | null>
  }
  people_apart: {
    workspace_id: string
    first_id: string
    second_id: string
    at: DefaultTime
  }
}
