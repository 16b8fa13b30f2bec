import type { Generated } from 'kysely'
import type { DefaultTime, MaybeTime, Time } from './columns.ts'

/** The digest, thresholds when to be called, goodwill. */
export type OwnerTables = {
  digest_subscriptions: {
    workspace_id: string
    member_id: string
    hour: number
    locale: 'en' | 'ro'
    wanted_since: MaybeTime
    settled_day: string | null
    next_at: Time
  }
  call_thresholds: {
    workspace_id: string
    id: string
    kind: 'late' | 'waits' | 'urgent'
    bound: number | null
    member_id: string
    above_since: MaybeTime
    calls: Generated<number>
    created_at: DefaultTime
  }
  goodwill_settings: {
    workspace_id: string
    currency: string
  }
  goodwill_acts: {
    workspace_id: string
    id: string
    conversation_id: string
    kind: 'gift' | 'fix' | 'kind-word' | 'other'
    cost: number
    currency: string
    note: string
    by_actor: string
    by_name: string
    at: Time
    removed_at: MaybeTime
  }
}
