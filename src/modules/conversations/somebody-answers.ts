import { sql } from 'kysely'
import { type ConversationId, type DeliveryId, ReplyWarningId } from '../../../contract/ids.ts'
import type { Collision } from '../../../contract/replies.ts'
import { announce, type Tx } from '../../platform/db.ts'
import { badField } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, actorTag, can } from '../access/index.ts'
import { readPresence } from '../presence/index.ts'

/** A draft that nobody touched for so long keeps nobody from answering; it is still shown. */
const writingMinutes = 5
/** A warning must be answered while what it says is fresh. */
const warningMinutes = 10

export type Writer = {
  conversationId: ConversationId
  /** The newest sending in this conversation that the writer had before their eyes; undefined: not said. */
  lastSeen: DeliveryId | null | undefined
  acknowledge: ReplyWarningId | undefined
}

type Other = {
  key: string
  author: string
  kind: 'writing' | 'reply'
  name: string
  since: Date
  text: string | null
}

/**
 * Looks whether somebody else answers this customer: writes now, has a reply on its way, or has answered
 * since the writer looked. The conversation's row must be locked: of two at one moment the second sees the
 * first. Null: nobody, or the writer was told of all of them and goes on. Otherwise the warning is kept
 * for both; the caller must let the transaction commit.
 */
export async function warnOfOthers(
  tx: Tx,
  actor: Actor,
  writer: Writer,
): Promise<Collision | null> {
  const others = [
    ...(await whoWrites(tx, actor, writer)),
    ...(await whoAnswered(tx, actor, writer)),
  ]
  if (others.length === 0) return null
  if (writer.acknowledge && (await acknowledged(tx, actor, writer, others))) return null
  const id = newId(ReplyWarningId)
  await tx
    .insertInto('reply_warnings')
    .values({
      workspace_id: actor.workspaceId,
      id,
      conversation_id: writer.conversationId,
      author: actorTag(actor),
      author_name: actor.name,
      others: [...new Set(others.map((other) => other.author))],
      sees: others.map((other) => other.key),
      created_at: sql<Date>`now()`,
    })
    .execute()
  await announce(tx, { workspace: actor.workspaceId, kind: 'draft', id: writer.conversationId })
  const mayRead = can(actor, 'read-conversations')
  return {
    acknowledge: id,
    others: others.map(({ kind, name, since, text }) => ({
      kind,
      name,
      since: since.toISOString(),
      text: mayRead ? text : null,
    })),
  }
}

async function whoWrites(
  tx: Tx,
  actor: Actor,
  { conversationId }: Pick<Writer, 'conversationId'>,
): Promise<Other[]> {
  const me = actorTag(actor)
  const present = await readPresence(tx, actor.workspaceId, { conversationId })
  const { rows: drafts } = await sql<{ author: string; name: string | null; since: Date }>`
    select d.author, coalesce(m.name, k.name) as name, d.updated_at as since from drafts d
    left join members m on m.workspace_id = d.workspace_id and 'member:' || m.id = d.author
    left join api_keys k on k.workspace_id = d.workspace_id and 'key:' || k.id = d.author
    where d.workspace_id = ${actor.workspaceId} and d.conversation_id = ${conversationId}
      and d.text <> '' and d.updated_at > now() - make_interval(mins => ${writingMinutes})`.execute(
    tx,
  )
  const writing = new Map<string, Other>()
  for (const { author, name, since } of [
    ...drafts,
    ...present
      .filter(({ kind }) => kind === 'writing')
      .map(({ author, author_name, since }) => ({ author, name: author_name, since })),
  ])
    if (author !== me)
      writing.set(author, {
        key: `writing:${author}`,
        author,
        kind: 'writing',
        name: name ?? '',
        since,
        text: null,
      })
  return [...writing.values()]
}

/** Replies of others on their way, and those that stand there and that the writer has not seen. */
async function whoAnswered(
  tx: Tx,
  actor: Actor,
  { conversationId, lastSeen }: Writer,
): Promise<Other[]> {
  const { rows } = await sql<{
    id: string
    author: string
    name: string
    since: Date
    text: string
  }>`
    select d.id, d.created_by as author, d.created_by_name as name, d.created_at as since,
      d.content ->> 'text' as text
    from deliveries d
    where d.workspace_id = ${actor.workspaceId} and d.conversation_id = ${conversationId}
      and d.created_by <> ${actorTag(actor)}
      and (d.state in ('queued', 'held', 'sending', 'unknown')
        or (d.state = 'sent' and ${await unseen(tx, actor, { conversationId, lastSeen })}))
    order by d.created_at desc, d.id desc limit 20`.execute(tx)
  return rows.map(({ id, ...row }) => ({ ...row, key: `reply:${id}`, kind: 'reply' }))
}

/** Without a word about what was seen: whatever was answered after the customer's newest message. */
async function unseen(
  tx: Tx,
  actor: Actor,
  { conversationId, lastSeen }: Pick<Writer, 'conversationId' | 'lastSeen'>,
) {
  if (!lastSeen)
    return sql`d.created_at >= coalesce((
      select max(m.received_at) from messages m
      where m.workspace_id = ${actor.workspaceId} and m.conversation_id = ${conversationId}
        and m.author = 'customer' and m.deleted_at is null), '-infinity')`
  const seen = await tx
    .selectFrom('deliveries')
    .select('id')
    .where('workspace_id', '=', actor.workspaceId)
    .where('conversation_id', '=', conversationId)
    .where('id', '=', lastSeen)
    .executeTakeFirst()
  if (!seen) throw badField('lastSeen', 'is not a reply of this conversation')
  return sql`(d.created_at, d.id) > (
    select s.created_at, s.id from deliveries s
    where s.workspace_id = ${actor.workspaceId} and s.id = ${lastSeen})`
}

/** True when this very writer was told of all these others; the warning is used up. */
async function acknowledged(
  tx: Tx,
  actor: Actor,
  { conversationId, acknowledge }: Writer,
  others: readonly Other[],
): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    update reply_warnings set used_at = now()
    where workspace_id = ${actor.workspaceId} and id = ${acknowledge ?? null}::uuid
      and conversation_id = ${conversationId} and author = ${actorTag(actor)} and used_at is null
      and created_at > now() - make_interval(mins => ${warningMinutes})
      and sees @> ${others.map((other) => other.key)}::text[]
    returning id`.execute(tx)
  return rows.length > 0
}

/** Those who lately wanted to answer where the actor writes or has answered, newest first. */
export async function readWarnings(tx: Tx, actor: Actor, conversationId: ConversationId) {
  const { rows } = await sql<{ id: string; author_name: string; created_at: Date }>`
    select distinct on (author) id, author_name, created_at from reply_warnings
    where workspace_id = ${actor.workspaceId} and conversation_id = ${conversationId}
      and ${actorTag(actor)} = any(others) and created_at > now() - interval '2 minutes'
    order by author, created_at desc`.execute(tx)
  return rows.map((row) => ({
    id: ReplyWarningId.parse(row.id),
    name: row.author_name,
    at: row.created_at.toISOString(),
  }))
}
