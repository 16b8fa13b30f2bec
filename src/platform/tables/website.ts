import type { ColumnType } from 'kysely'
import type { DefaultTime, JsonColumn, MaybeTime } from './columns.ts'

export type WebsiteTables = {
  website_forms: {
    workspace_id: string
    channel_id: string
    accent: string
    greeting: JsonColumn
    languages: ('en' | 'ro')[]
    updated_at: DefaultTime
  }
  website_threads: {
    workspace_id: string
    id: string
    channel_id: string
    name: string
    email: string | null
    email_verified_at: MaybeTime
    language: 'en' | 'ro'
    seen_at: MaybeTime
    mailed_at: MaybeTime
    created_at: DefaultTime
  }
  website_links: {
    workspace_id: string
    token_hash: string
    thread_id: string
    by_mail_to: string | null
    created_at: DefaultTime
  }
  website_waiting: {
    workspace_id: string
    channel_id: string
    id: string
    thread_id: string
    token_hash: string | null
    raw: ColumnType<unknown, string>
    aside: string | null
    at: DefaultTime
  }
}
