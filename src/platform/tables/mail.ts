import type { Generated } from 'kysely'
import type { DefaultTime, MaybeTime } from './columns.ts'

export type MailTables = {
  /** Joined to the core's: what came back. */
  messages: { returned_at: MaybeTime; returned_why: string | null }
  outgoing_mails: {
    workspace_id: string
    id: string
    dedupe_key: string | null
    to_address: string
    subject: string
    text: string
    html: string | null
    automatic: boolean
    unsubscribe: string | null
    send_key: string
    state: 'waiting' | 'sending' | 'sent' | 'failed' | 'unknown' | 'returned'
    attempts: Generated<number>
    repeats: Generated<number>
    lease_until: MaybeTime
    problem: string | null
    channel_id: string | null
    remote_id: string | null
    created_at: DefaultTime
    sent_at: MaybeTime
  }
}
