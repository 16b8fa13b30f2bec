import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { ChannelId, ConversationId, PersonId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'

/** Instants; `to` is excluded. */
export type Span = { from: Date; to: Date }

export type AskedFilter = { channel?: ChannelId | undefined; language?: string | undefined }

const WaitRow = z.object({
  id: ConversationId,
  channel_id: ChannelId,
  person_id: PersonId,
  language: z.string().nullable(),
  visibility: z.enum(['public', 'private']),
  severity: z.string().nullable(),
  assignee_id: z.string().nullable(),
  department_id: z.string().nullable(),
  closed: z.boolean(),
  since: z.number(),
  answered_at: z.number().nullable(),
  answered_by: z.string().nullable(),
})
/**
 * One wait: from the oldest unanswered message of a customer until a person's reply (ms since 1970; null:
 * nobody answered), with its conversation as it is now.
 */
export type WaitRow = z.infer<typeof WaitRow>

const batch = 2000

/**
 * The waits that began in the period, followed up to now, in batches, from one snapshot. What came back is
 * no reply, what a program sent neither, and what the customer deleted is no message. A merged conversation
 * is counted once, in the one that it was merged into, where what waited at the merge waits on until
 * somebody answers after it.
 *
 * A turn is a message that begins or ends a wait; of those, a reply ends the wait of all before it that no
 * other reply ended. Of each conversation only these are read: the period's, the last before it (did
 * somebody wait already?), the first reply after it, and what waits from a merge on with the first reply to
 * that. What else there is can change no wait that began in the period.
 *
 * Cost: the period's customer messages once from `messages_asked` (index only), then for each of their
 * conversations its messages of the period and three places in an index. Neither the age nor the size of
 * the rest of the desk counts, nor how long a conversation goes on. Memory: one batch.
 */
export async function* readWaits(
  tx: Tx,
  workspaceId: WorkspaceId,
  { span, filter: { channel, language } }: { span: Span; filter: AskedFilter },
): AsyncGenerator<WaitRow[]> {
  const wanted = [sql`c.workspace_id = ${workspaceId} and c.id = w.id`]
  if (channel !== undefined) wanted.push(sql`c.channel_id = ${channel}`)
  if (language !== undefined) wanted.push(sql`coalesce(c.language, 'unknown') = ${language}`)
  // `offset 0`: each by its key. Else the planner may well join all conversations that there ever were.
  await sql`
    declare figures_waits no scroll cursor for
    with asked as materialized (
      select distinct conversation_id as id from messages
      where workspace_id = ${workspaceId} and author = 'customer' and deleted_at is null
        and sent_at >= ${span.from} and sent_at < ${span.to}
    ), turns as (
      select a.id, t.*, count(*) filter (where t.reply) over (
        partition by a.id order by t.begins, t.reply, t.at rows between unbounded preceding and 1 preceding
      ) as replies_before
      from asked a cross join lateral (${turnsOf(workspaceId, span)}) t
    ), waits as (
      select id, min(at) filter (where not reply) as since, min(at) filter (where reply) as answered_at,
        min(member_id::text) filter (where reply) as answered_by
      from turns group by id, replies_before having not bool_and(reply)
    )
    select w.id, c.*, ${milliseconds(sql`w.since`)} as since, ${milliseconds(sql`w.answered_at`)} as answered_at,
      w.answered_by
    from waits w cross join lateral (
      select c.channel_id, c.person_id, c.language, c.visibility, c.severity, c.assignee_id, c.department_id,
        c.state = 'done' as closed
      from conversations c where ${sql.join(wanted, sql` and `)} offset 0
    ) c
    where w.since >= ${span.from} and w.since < ${span.to}`.execute(tx)
  for (;;) {
    const { rows } = await sql`fetch ${sql.lit(batch)} from figures_waits`.execute(tx)
    if (rows.length > 0) yield z.array(WaitRow).parse(rows)
    if (rows.length < batch) break
  }
  await sql`close figures_waits`.execute(tx)
}

/**
 * The turns of conversation `a` that matter for waits of the period. `begins`: only a reply at or after it
 * answers. In whole milliseconds; at the same one the reply counts as the answer.
 */
function turnsOf(workspaceId: WorkspaceId, { from, to }: Span): RawBuilder<unknown> {
  const here = sql`m.workspace_id = ${workspaceId} and m.conversation_id = a.id`
  const asks = sql`m.author = 'customer' and m.deleted_at is null`
  const replies = sql`m.author = 'member' and m.returned_at is null`
  const turn = sql`${whole(sql`m.sent_at`)} as at, ${whole(sql`greatest(m.sent_at, m.waits_from)`)} as begins,
    m.author = 'member' as reply, m.member_id`
  return sql`
    select ${turn} from messages m
    where ${here} and (${asks} or ${replies}) and m.sent_at >= ${from} and m.sent_at < ${to}
    union all
    (select ${turn} from messages m where ${here} and (${asks} or ${replies}) and m.sent_at < ${from}
      order by m.sent_at desc fetch first row with ties)
    union all
    (select ${turn} from messages m where ${here} and ${replies} and m.sent_at >= ${to} order by m.sent_at limit 1)
    union all
    select moved.* from messages m left join lateral (
      select ${whole(sql`r.sent_at`)} as at, r.member_id from messages r
      where r.workspace_id = ${workspaceId} and r.conversation_id = a.id and r.author = 'member'
        and r.returned_at is null and r.sent_at >= ${whole(sql`m.waits_from`)}
      order by r.sent_at limit 1
    ) answer on true cross join lateral (values
      (${whole(sql`m.sent_at`)}, ${whole(sql`greatest(m.sent_at, m.waits_from)`)}, false, null::uuid),
      (answer.at, answer.at, true, answer.member_id)
    ) moved (at, begins, reply, member_id)
    where ${here} and ${asks} and m.waits_from is not null and moved.at is not null`
}

function whole(time: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`date_trunc('milliseconds', ${time})`
}

function milliseconds(time: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(extract(epoch from ${time}) * 1000)::float8`
}

/** What people call these accounts, departments and colleagues, by id; those gone too. */
export async function readNames(tx: Tx, workspaceId: WorkspaceId): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, handle as name from channels where workspace_id = ${workspaceId}
    union all
    select id, name from departments where workspace_id = ${workspaceId}
    union all
    select id, name from members where workspace_id = ${workspaceId}`.execute(tx)
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** The customers of these conversations. */
export async function readCustomers(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly ConversationId[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; name: string }>`
    select c.id, coalesce(nullif(i.display_name, ''), i.handle) as name
    from conversations c
    join identities i on i.workspace_id = c.workspace_id and i.id = c.identity_id
    where c.workspace_id = ${workspaceId} and c.id = any(${[...ids]}::uuid[])`.execute(tx)
  return new Map(rows.map(({ id, name }) => [id, name]))
}
