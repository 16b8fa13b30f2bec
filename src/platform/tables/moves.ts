import type { Generated } from 'kysely'
import type { JsonColumn, MaybeTime, Time } from './columns.ts'

/** Merging and splitting of conversations. */
export type MoveTables = {
  /** Joined to the core's. */
  conversations: { merged_into: Generated<string | null> }
  messages: { home_id: Generated<string | null>; waits_from: MaybeTime }
  conversation_moves: {
    workspace_id: string
    id: string
    kind: 'merge' | 'split'
    kept_id: string
    before: JsonColumn
    stands: JsonColumn
    by_actor: string
    by_name: string
    at: Time
    undone_at: MaybeTime
    undone_by_name: Generated<string | null>
  }
  private_moves: {
    workspace_id: string
    delivery_id: string
    place_channel_id: string
    reason: 'order' | 'health' | 'address' | 'identity' | 'other'
    words: string
    by_actor: string
    by_name: string
    at: Time
  }
  conversation_move_parts: {
    workspace_id: string
    move_id: string
    other_id: string
    before: JsonColumn | null
    moved: JsonColumn
  }
}
