import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { ChannelId, ConversationId, PersonId, type WorkspaceId } from '../../../contract/ids.ts'
import { MessageKind } from '../../../contract/understanding.ts'
import type { Tx } from '../../platform/db.ts'
import { often } from '../../platform/db-pool.ts'

/** Instants; `to` is excluded. */
export type Span = { from: Date; to: Date }

export type AskedFilter = { channel?: ChannelId | undefined; language?: string | undefined }

const AskedRow = z.object({
  id: ConversationId,
  channel_id: ChannelId,
  person_id: PersonId,
  language: z.string().nullable(),
  visibility: z.enum(['public', 'private']),
  severity: z.string().nullable(),
  assignee_id: z.string().nullable(),
  department_id: z.string().nullable(),
  closed: z.boolean(),
  /**
   * Each from the oldest unanswered message until a person's reply (ms since 1970; null: nobody answered), whose,
   * and what they said meanwhile, in the period: a complaint, if any of it is one, then a question, then praise.
   */
  waits: z.array(z.tuple([z.number(), z.number().nullable(), z.string().nullable(), MessageKind])),
})
/** A conversation as it is now, with its waits that began in the period. */
export type AskedRow = z.infer<typeof AskedRow>

const longestStretch = 31 * 86_400_000

/**
 * The waits that began in the period, followed up to `now`, by conversation; a long period in stretches of
 * a month, each from one snapshot, so that a conversation may come more than once. What came back is no
 * reply, what a program sent neither, and what the customer deleted is no message. A merged conversation is
 * counted once, in the one that it was merged into, where what waited at the merge waits on until somebody
 * answers after it.
 *
 * A turn is a message that begins or ends a wait; of those, a reply ends the wait of all before it that no
 * other reply ended. Of each conversation only these are read: the period's, the last before it that waits from
 * no merge (did somebody wait already?), the first reply after it, and what waits from a merge on with the first
 * reply to that. What else there is can change no wait that began in the period.
 *
 * Cost: the period's customer messages once from `messages_asked` (index only), then for each of their
 * conversations its messages of the period and two places in an index. Neither the age nor the size of
 * the rest of the desk counts, nor how long a conversation goes on. Memory: a month.
 */
export async function* readWaits(
  tx: Tx,
  workspaceId: WorkspaceId,
  { span, filter, now }: { span: Span; filter: AskedFilter; now: Date },
): AsyncGenerator<AskedRow[]> {
  const end = span.to.getTime()
  for (let begin = span.from.getTime(); begin < end; begin += longestStretch) {
    const to = new Date(Math.min(end, begin + longestStretch))
    const stretch = { from: new Date(begin), to }
    const { rows } = await waitsOf(workspaceId, { span: stretch, filter, now }).execute(tx)
    yield z.array(AskedRow).parse(rows)
  }
}

/** `offset 0`: each by its key. Else the planner may well join all conversations that there ever were. */
function waitsOf(
  workspaceId: WorkspaceId,
  { span, filter: { channel, language }, now }: { span: Span; filter: AskedFilter; now: Date },
): RawBuilder<unknown> {
  const wanted = [sql`c.workspace_id = ${workspaceId} and c.id = w.id`]
  if (channel !== undefined) wanted.push(sql`c.channel_id = ${channel}`)
  if (language !== undefined) wanted.push(sql`coalesce(c.language, 'unknown') = ${language}`)
  return sql`${sql.raw(often)}
    with asked as materialized (
      select distinct conversation_id as id from messages
      where workspace_id = ${workspaceId} and author = 'customer' and deleted_at is null
        and sent_at >= ${span.from} and sent_at < ${span.to}
    ), turns as (
      select a.id, t.* from asked a cross join lateral (${turnsOf(workspaceId, span, now)}) t
      union all
      select a.id, t.* from asked a cross join lateral (${mergedTurns(workspaceId)}) t
      where a.id in (select conversation_id from messages where workspace_id = ${workspaceId} and waits_from is not null)
    ), counted as (
      select id, at, reply, member_id, kind, count(*) filter (where reply) over (
        partition by id order by begins, reply, at rows between unbounded preceding and 1 preceding
      ) as replies_before
      from turns
    ), waits as (
      select id, min(at) filter (where not reply) as since, min(at) filter (where reply) as answered_at,
        min(member_id::text) filter (where reply) as answered_by,
        min(kind) filter (where at < ${span.to}) as kind
      from counted group by id, replies_before having not bool_and(reply)
    ), conversation as (
      select id, json_agg(json_build_array(
        ${milliseconds(sql`since`)}, ${milliseconds(sql`answered_at`)}, answered_by,
        (${kinds}::text[])[kind])) as waits
      from waits where since >= ${span.from} and since < ${span.to} group by id
    )
    select w.id, w.waits, c.* from conversation w cross join lateral (
      select c.channel_id, c.person_id, c.language, c.visibility, c.severity, c.assignee_id, c.department_id,
        c.state = 'done' as closed
      from conversations c where ${sql.join(wanted, sql` and `)} offset 0
    ) c`
}

/** The gravest first. What was not read yet counts as the last. */
const kinds = sql`array['complaint', 'question', 'praise', 'other']`
const rank = sql`case when m.author = 'customer' then coalesce(array_position(${kinds}, m.kind), 4) end`

const asks = sql`m.author = 'customer' and m.deleted_at is null`
const replies = sql`m.author = 'member' and m.returned_at is null`

/**
 * The turns of conversation `a` that matter for waits of the period. `begins`: only a reply at or after it
 * answers. In whole milliseconds; at the same one the reply counts as the answer.
 */
function turnsOf(workspaceId: WorkspaceId, { from, to }: Span, now: Date): RawBuilder<unknown> {
  const here = sql`m.workspace_id = ${workspaceId} and m.conversation_id = a.id`
  const turn = sql`${whole(sql`m.sent_at`)} as at, ${whole(sql`greatest(m.sent_at, m.waits_from)`)} as begins,
    m.author = 'member' as reply, m.member_id, ${rank} as kind`
  // Little comes after a period that is not over, of a network whose clock is ahead: one place less to look.
  const over = to < now
  return sql`
    select ${turn} from messages m
    where ${here} and (${asks} or ${replies}) and m.sent_at >= ${from} ${over ? sql`and m.sent_at < ${to}` : sql``}
    union all
    (select ${turn} from messages m where ${here} and (${asks} or ${replies}) and m.sent_at < ${from}
      and m.waits_from is null order by m.sent_at desc fetch first row with ties)
    ${over ? sql`union all (select ${turn} from messages m where ${here} and ${replies} and m.sent_at >= ${to} order by m.sent_at limit 1)` : sql``}`
}

/** What waits from a merge on, and the first reply to each. */
function mergedTurns(workspaceId: WorkspaceId): RawBuilder<unknown> {
  return sql`
    select moved.* from messages m left join lateral (
      select ${whole(sql`r.sent_at`)} as at, r.member_id from messages r
      where r.workspace_id = ${workspaceId} and r.conversation_id = a.id and r.author = 'member'
        and r.returned_at is null and r.sent_at >= ${whole(sql`m.waits_from`)}
      order by r.sent_at limit 1
    ) answer on true cross join lateral (values
      (${whole(sql`m.sent_at`)}, ${whole(sql`greatest(m.sent_at, m.waits_from)`)}, false, null::uuid, ${rank}),
      (answer.at, answer.at, true, answer.member_id, null)
    ) moved (at, begins, reply, member_id, kind)
    where m.workspace_id = ${workspaceId} and m.conversation_id = a.id and ${asks}
      and m.waits_from is not null and moved.at is not null`
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
