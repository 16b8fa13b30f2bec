import { sql } from 'kysely'
import { z } from 'zod'
import type { ConversationSummary } from '../../../contract/conversations.ts'
import { ChannelId, ConversationId, MemberId, PersonId } from '../../../contract/ids.ts'

/** Columns of a conversation as lists show it; needs `c` conversations, `ch` channels, `i` identities, `a` assignee. */
export const summaryColumns = sql`
  c.id, c.channel_id, ch.network, c.person_id, i.display_name as person_name, i.handle as person_handle,
  i.profile_url as person_url, c.visibility, c.state, c.assignee_id, a.name as assignee_name, c.unanswered_since,
  c.due_at, c.last_message_at, c.last_customer_text, c.message_count, c.version, c.identity_id, c.thread_key,
  c.due_at::text as due_key, c.last_message_at::text as newest_key`

export type SummaryRow = {
  id: string
  channel_id: string
  network: string
  person_id: string
  person_name: string
  person_handle: string
  person_url: string | null
  visibility: 'public' | 'private'
  state: ConversationSummary['state']
  assignee_id: string | null
  assignee_name: string | null
  unanswered_since: Date | null
  due_at: Date | number
  last_message_at: Date
  last_customer_text: string
  message_count: number
  version: number
  identity_id: string
  thread_key: string
  due_key: string
  newest_key: string
}

export function viewSummary(row: SummaryRow, now: Date): ConversationSummary {
  const due = row.due_at instanceof Date ? row.due_at : null
  return {
    id: ConversationId.parse(row.id),
    channelId: ChannelId.parse(row.channel_id),
    network: row.network,
    person: {
      id: PersonId.parse(row.person_id),
      name: row.person_name || row.person_handle,
      handle: row.person_handle,
      profileUrl: row.person_url,
    },
    visibility: row.visibility,
    state: row.state,
    assignee:
      row.assignee_id === null
        ? null
        : { id: MemberId.parse(row.assignee_id), name: row.assignee_name ?? '' },
    unansweredSince: row.unanswered_since?.toISOString() ?? null,
    due: due?.toISOString() ?? null,
    overdue: due !== null && due < now,
    lastMessageAt: row.last_message_at.toISOString(),
    preview: row.last_customer_text,
    messageCount: row.message_count,
    version: row.version,
  }
}

/** Messages' media as stored, parsed at the edge of the database. */
export const StoredRemoteMedia = z.array(
  z.object({
    kind: z.enum(['image', 'video', 'audio', 'other']),
    url: z.string(),
    previewUrl: z.string().nullable(),
    alt: z.string().nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    name: z.string().nullable().optional(),
    bytes: z.int().nullable().optional(),
    ref: z.json().optional(),
  }),
)
