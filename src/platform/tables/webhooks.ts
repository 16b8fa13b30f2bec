import type { Generated } from 'kysely'
import type { JsonColumn, MaybeTime, Time } from './columns.ts'

export type WebhookTables = {
  webhook_endpoints: {
    workspace_id: string
    id: string
    url: string
    events: string[]
    secret_id: string | null
    state: 'active' | 'paused' | 'removed'
    paused_why: string | null
    busy_until: MaybeTime
    failures: Generated<number>
    rest_until: MaybeTime
    succeeded_at: MaybeTime
    created_at: Time
  }
  webhook_calls: {
    workspace_id: string
    id: string
    endpoint_id: string
    type: string
    data: JsonColumn
    once: string | null
    state: 'waiting' | 'sent' | 'failed'
    by_hand: Generated<boolean>
    tries: Generated<number>
    round_tries: Generated<number>
    round_began_at: Time
    next_at: Time
    tried_at: MaybeTime
    took_ms: number | null
    status: number | null
    answer: string | null
    problem: string | null
    created_at: Time
  }
}
