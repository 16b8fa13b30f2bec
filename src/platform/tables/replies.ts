import type { DefaultTime, MaybeTime, Time } from './columns.ts'

/** Replies of their own, colleagues at work, snippets: migrations/20261122T080700-replies.sql. */
export type ReplyTables = {
  reply_rules: {
    workspace_id: string
    window_days: number
    threshold: number
    changed_at: DefaultTime
  }
  reply_prints: { workspace_id: string; delivery_id: string; words: string; created_at: Time }
  reply_bands: { workspace_id: string; band: number; created_at: Time; delivery_id: string }
  presence: {
    workspace_id: string
    conversation_id: string
    author: string
    session: string
    author_name: string
    kind: 'looking' | 'writing'
    since: Time
    until: Time
  }
  reply_warnings: {
    workspace_id: string
    id: string
    conversation_id: string
    author: string
    author_name: string
    others: string[]
    sees: string[]
    created_at: Time
    used_at: MaybeTime
  }
  snippets: {
    workspace_id: string
    id: string
    owner_id: string | null
    name: string
    text_en: string
    text_ro: string
    changed_by: string
    changed_at: DefaultTime
  }
}
