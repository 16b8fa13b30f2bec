import { sql } from 'kysely'
import { z } from 'zod'
import type { ConversationSummary } from '../../../contract/conversations.ts'
import {
  ChannelId,
  ConversationId,
  DepartmentId,
  MemberId,
  PersonId,
} from '../../../contract/ids.ts'
import { type ClockRules, type ClockSubject, pauseFor } from '../reply-clock/index.ts'

/** A conversation with all that `summaryColumns` reads of it. */
export const summaryTables = sql`
  conversations c
  join channels ch on ch.workspace_id = c.workspace_id and ch.id = c.channel_id
  join identities i on i.workspace_id = c.workspace_id and i.id = c.identity_id
  left join members a on a.workspace_id = c.workspace_id and a.id = c.assignee_id
  left join departments dp on dp.workspace_id = c.workspace_id and dp.id = c.department_id`

/** Columns of a conversation as lists show it, from `summaryTables`. */
export const summaryColumns = sql`
  c.id, c.channel_id, ch.network, c.person_id, i.display_name as person_name, i.handle as person_handle,
  i.profile_url as person_url, c.visibility, c.state, c.assignee_id, a.name as assignee_name, c.unanswered_since,
  c.department_id, dp.name as department_name, c.severity, c.language, c.snoozed_until, c.snoozed_at, c.routed,
  c.due_at, c.last_message_at, c.last_customer_text, c.kind, c.message_count, c.version, c.identity_id, c.thread_key,
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
  department_id: string | null
  department_name: string | null
  snoozed_until: Date | null
  snoozed_at: Date | null
  routed: unknown
  unanswered_since: Date | null
  due_at: Date | number
  last_message_at: Date
  last_customer_text: string
  kind: ConversationSummary['kind']
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
    department:
      row.department_id === null
        ? null
        : { id: DepartmentId.parse(row.department_id), name: row.department_name ?? '' },
    snoozedUntil: isSnoozed(row, now) ? (row.snoozed_until?.toISOString() ?? null) : null,
    unansweredSince: row.unanswered_since?.toISOString() ?? null,
    due: due?.toISOString() ?? null,
    overdue: due !== null && due < now,
    paused: pause?.paused ?? false,
    resumesAt: pause?.resumesAt?.toISOString() ?? null,
    lastMessageAt: row.last_message_at.toISOString(),
    preview: row.last_customer_text,
    kind: row.kind,
    messageCount: row.message_count,
    version: row.version,
  }
}

/** Out of the list: until its time, or until an answer is due that was not due when it was put aside. */
export function isSnoozed(
  row: Pick<SummaryRow, 'snoozed_until' | 'snoozed_at' | 'due_at'>,
  now: Date,
): boolean {
  const back = comesBack(row)
  return back !== null && back > now
}

/** When a snoozed conversation comes back by itself; null: it is not snoozed. */
export function comesBack({
  snoozed_until: until,
  snoozed_at: at,
  due_at: due,
}: Pick<SummaryRow, 'snoozed_until' | 'snoozed_at' | 'due_at'>): Date | null {
  if (until === null || at === null) return null
  return due instanceof Date && due > at && due < until ? due : until
}

/** The same in SQL, of a row `c`: it is in the list. */
export function awake(now: Date) {
  return sql`(c.snoozed_until is null or c.snoozed_until <= ${now}
    or (c.due_at <= ${now} and c.due_at > c.snoozed_at))`
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
