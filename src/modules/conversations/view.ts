import { sql } from 'kysely'
import { z } from 'zod'
import type { ConversationSummary } from '../../../contract/conversations.ts'
import { ChannelId, ConversationId, MemberId, PersonId } from '../../../contract/ids.ts'
import { type ClockRules, type ClockSubject, pauseFor } from '../reply-clock/index.ts'

/** Columns of a conversation as lists show it; needs `c` conversations, `ch` channels, `i` identities, `a` assignee. */
export const summaryColumns = sql`
  c.id, c.channel_id, ch.network, c.person_id, i.display_name as person_name, i.handle as person_handle,
  i.profile_url as person_url, c.visibility, c.state, c.assignee_id, a.name as assignee_name, c.severity, c.language,
  c.unanswered_since,
  c.due_at, c.last_message_at, c.last_customer_text, c.message_count, c.version, c.identity_id, c.thread_key,
  c.due_at::text as due_key, c.last_message_at::text as newest_key,
  (select p.version from clock_policies p where p.workspace_id = c.workspace_id) as clock_version`

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
  severity: string | null
  language: string | null
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
  clock_version: number | null
}

/** What the reply clock's rules may ask of a conversation. */
export function subjectOf(
  row: Pick<SummaryRow, 'channel_id' | 'person_id' | 'language' | 'severity'>,
): ClockSubject {
  return {
    channelId: ChannelId.parse(row.channel_id),
    personId: PersonId.parse(row.person_id),
    language: row.language,
    severity: row.severity,
  }
}

export function viewSummary(row: SummaryRow, now: Date, rules: ClockRules): ConversationSummary {
  const pause = row.unanswered_since === null ? null : pauseFor(rules, subjectOf(row), now)
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
    severity: row.severity,
    language: row.language,
    unansweredSince: row.unanswered_since?.toISOString() ?? null,
    due: due?.toISOString() ?? null,
    overdue: due !== null && due < now,
    paused: pause?.paused ?? false,
    resumesAt: pause?.resumesAt?.toISOString() ?? null,
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
