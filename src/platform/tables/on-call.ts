import type { ColumnType, Generated } from 'kysely'
import type { DefaultJson, MaybeTime, Time } from './columns.ts'

type Maybe<Value> = ColumnType<Value | null, Value | null | undefined, Value | null>

/** Paging: who is on call, pages with their calls, browsers that take push messages. */
export type OnCallTables = {
  on_call_settings: {
    workspace_id: string
    rota: DefaultJson
    severities: Maybe<string[]>
    step_minutes: Generated<number>
    repeats: Generated<number>
    vapid_public: Maybe<string>
    vapid_secret_id: Maybe<string>
  }
  pages: {
    workspace_id: string
    id: string
    conversation_id: string
    severity: string
    state: 'open' | 'acknowledged' | 'answered' | 'done' | 'eased'
    opened_at: Time
    steps: Generated<number>
    next_at: Time
    ended_at: MaybeTime
    ended_by: Maybe<string>
    ended_name: Maybe<string>
    ended_via: Maybe<'app' | 'mail' | 'reply'>
  }
  push_subscriptions: {
    workspace_id: string
    id: string
    member_id: string
    endpoint: string
    p256dh: string
    auth: string
    locale: 'en' | 'ro'
    name: string
    created_at: Time
    sent_at: MaybeTime
    problem: Maybe<string>
  }
  page_calls: {
    workspace_id: string
    id: string
    page_id: string
    step: number
    tier: 'on-call' | 'owner'
    member_id: string
    way: 'mail' | 'push'
    subscription_id: string | null
    state: 'waiting' | 'sending' | 'sent' | 'failed' | 'withdrawn'
    problem: Maybe<string>
    attempts: Generated<number>
    lease_until: MaybeTime
    token_hash: Maybe<Buffer>
    token_ends_at: MaybeTime
    created_at: Time
  }
}
