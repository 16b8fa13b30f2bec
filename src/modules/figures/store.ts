import { sql } from 'kysely'
import { z } from 'zod'
import { ChannelId, ConversationId, PersonId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'

/** Instants; `to` is excluded. */
export type Span = { from: Date; to: Date }

export type AskedFilter = { channel?: ChannelId | undefined; language?: string | undefined }

const Asked = z.object({
  id: ConversationId,
  channel_id: ChannelId,
  person_id: PersonId,
  language: z.string().nullable(),
  visibility: z.enum(['public', 'private']),
  severity: z.string().nullable(),
  assignee_id: z.string().nullable(),
  department_id: z.string().nullable(),
  closed: z.boolean(),
  times: z.array(z.number()),
  /** Only a reply after this answers it. */
  froms: z.array(z.number()),
  replies: z.array(z.boolean()),
  members: z.array(z.string().nullable()),
})
/** A conversation in which a customer wrote in the period, with the turns since (ms since 1970, in order). */
export type Asked = z.infer<typeof Asked>

const batch = 500

/**
 * The conversations in which customers wrote in the period, in batches, from one snapshot. Their turns are
 * those since the period's beginning, up to now, and the last one before it (which says whether somebody
 * waited already). What came back is no reply, what a program sent neither, and what the customer deleted
 * is no message. A merged conversation is counted once, in the one that it was merged into, where what
 * waited at the merge waits on until somebody answers after it.
 *
 * Cost: the period's customer messages once from `messages_asked` (index only), then for each of their
 * conversations one range of `messages_conversation`. Neither the age nor the size of the rest of the
 * desk counts. Memory: one batch.
 */
export async function* readAsked(
  tx: Tx,
  workspaceId: WorkspaceId,
  { span: { from, to }, filter: { channel, language } }: { span: Span; filter: AskedFilter },
): AsyncGenerator<Asked[]> {
  const wanted = [sql`c.workspace_id = ${workspaceId}`]
  if (channel !== undefined) wanted.push(sql`c.channel_id = ${channel}`)
  if (language !== undefined) wanted.push(sql`coalesce(c.language, 'unknown') = ${language}`)
  const ofConversation = sql`m.workspace_id = ${workspaceId} and m.conversation_id = c.id
    and (m.author = 'customer' and m.deleted_at is null or m.author = 'member' and m.returned_at is null)`
  await sql`
    declare figures_asked no scroll cursor for
    with asked as materialized (
      select distinct conversation_id from messages
      where workspace_id = ${workspaceId} and author = 'customer' and deleted_at is null
        and sent_at >= ${from} and sent_at < ${to}
    )
    select c.id, c.channel_id, c.person_id, c.language, c.visibility, c.severity, c.assignee_id, c.department_id,
      c.state = 'done' as closed, t.times, t.froms, t.replies, t.members
    from asked a join conversations c on c.id = a.conversation_id
    cross join lateral (
      select array_agg(floor(extract(epoch from sent_at) * 1000)::float8 order by sent_at, reply) as times,
        array_agg(floor(extract(epoch from waits_from) * 1000)::float8 order by sent_at, reply) as froms,
        array_agg(reply order by sent_at, reply) as replies,
        array_agg(member_id order by sent_at, reply) as members
      from (
        (select m.sent_at, greatest(m.sent_at, m.waits_from) as waits_from, m.author = 'member' as reply, m.member_id
          from messages m
          where ${ofConversation} and m.sent_at < ${from}
          order by m.sent_at desc, (m.author = 'member') desc limit 1)
        union all
        select m.sent_at, m.waits_from, false, null from messages m
        where ${ofConversation} and m.sent_at < ${from} and m.waits_from is not null
        union all
        select m.sent_at, greatest(m.sent_at, m.waits_from), m.author = 'member', m.member_id from messages m
        where ${ofConversation} and m.sent_at >= ${from}
      ) turn
    ) t
    where ${sql.join(wanted, sql` and `)}`.execute(tx)
  for (;;) {
    const { rows } = await sql`fetch ${sql.lit(batch)} from figures_asked`.execute(tx)
    if (rows.length > 0) yield z.array(Asked).parse(rows)
    if (rows.length < batch) break
  }
  await sql`close figures_asked`.execute(tx)
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
