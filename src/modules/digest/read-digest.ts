import { type RawBuilder, sql } from 'kysely'
import type { Digest, DigestItem } from '../../../contract/digest.ts'
import { ConversationId } from '../../../contract/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { type Actor, authorize } from '../access/index.ts'
import { goodwillSince } from '../goodwill/index.ts'
import { canReadDigest } from './policy.ts'
import { dayBegins } from './schedule.ts'

const OF_EACH = 5
const GOODWILL = 20
const WORDS = 160
const DAY_MS = 86_400_000
/** What failed longer ago is history; what nobody knows stays until somebody looks. */
const FAILED_MS = 7 * DAY_MS
/** Conversations and messages of the last day that are looked at, newest first. */
const HEARD_AMONG = 5000

/** The voices that matter now. */
export async function getDigest(
  { db, clock }: { db: Db; clock: Clock },
  actor: Actor,
): Promise<Digest> {
  authorize(actor, canReadDigest(actor))
  return inWorkspace(db, actor.workspaceId, (tx) => readDigest(tx, actor, clock()))
}

/** The same inside a transaction of the workspace. */
export async function readDigest(tx: Tx, actor: Actor, now: Date): Promise<Digest> {
  const id = actor.workspaceId
  const { time_zone } = await tx
    .selectFrom('workspaces')
    .select('time_zone')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const waits = sql`c.state <> 'done' and c.unanswered_since is not null`
  const lastDay = new Date(now.getTime() - DAY_MS)
  return {
    at: now.toISOString(),
    urgent: await read(tx, id, {
      since: sql`c.unanswered_since`,
      where: sql`${waits} and c.severity = 'urgent'`,
      order: sql`c.unanswered_since, c.id`,
    }),
    worst: await readVoices(tx, id, { kind: 'complaint', after: lastDay }),
    overdue: await read(tx, id, {
      since: sql`c.due_at`,
      where: sql`c.state <> 'done' and c.due_at < ${now} and c.unanswered_since is not null`,
      order: sql`c.due_at, c.id`,
    }),
    longest: await read(tx, id, {
      since: sql`c.unanswered_since`,
      where: waits,
      order: sql`c.unanswered_since, c.id`,
    }),
    undelivered: await read(tx, id, {
      from: sql`join deliveries d on d.workspace_id = c.workspace_id and d.conversation_id = c.id`,
      since: sql`d.updated_at`,
      words: sql`d.content->>'text'`,
      more: sql`d.state as delivery`,
      where: sql`d.state in ('failed', 'unknown')
        and (d.state = 'unknown' or d.updated_at > ${new Date(now.getTime() - FAILED_MS)})`,
      order: sql`d.updated_at desc, d.id`,
    }),
    handedOver: await read(tx, id, {
      from: sql`join hand_overs h on h.workspace_id = c.workspace_id and h.conversation_id = c.id`,
      since: sql`h.at`,
      where: sql`h.settled_at is null and c.state <> 'done'`,
      order: sql`h.at, h.id`,
    }),
    heard: await readHeard(tx, id, lastDay),
    best: await readVoices(tx, id, { kind: 'praise', after: lastDay }),
    wonBack: await readWonBack(tx, id, lastDay),
    goodwill: await goodwillSince(tx, actor, {
      since: dayBegins(now, time_zone),
      limit: GOODWILL,
    }),
  }
}

type Row = {
  id: string
  network: string
  person: string
  words: string
  since: Date
  messages?: number
  people?: number
  delivery?: 'failed' | 'unknown'
}

type Part = Record<'since' | 'where' | 'order', RawBuilder<unknown>> &
  Partial<Record<'from' | 'words' | 'more', RawBuilder<unknown>>>

const tables = sql`conversations c
  join channels ch on ch.workspace_id = c.workspace_id and ch.id = c.channel_id
  join identities i on i.workspace_id = c.workspace_id and i.id = c.identity_id`
const columns = sql`c.id, ch.network, coalesce(nullif(i.display_name, ''), i.handle) as person`

async function read(tx: Tx, workspaceId: string, part: Part): Promise<DigestItem[]> {
  const { from = sql``, words = sql`c.last_customer_text`, more, since, where, order } = part
  const { rows } = await sql<Row>`
    select ${columns}, ${words} as words, ${since} as since${more ? sql`, ${more}` : sql``}
    from ${tables} ${from}
    where c.workspace_id = ${workspaceId} and ${where}
    order by ${order} limit ${OF_EACH}`.execute(tx)
  return rows.map(viewItem)
}

/** Threads in which customers wrote more than once in the last day: by people, then by messages. */
async function readHeard(tx: Tx, workspaceId: string, after: Date): Promise<DigestItem[]> {
  const { rows } = await sql<Row>`
    with recent as (
      select r.workspace_id, r.id, r.channel_id, r.thread_key, r.person_id, r.last_message_at
      from conversations r where r.workspace_id = ${workspaceId} and r.last_message_at >= ${after}
      order by r.last_message_at desc limit ${HEARD_AMONG}
    ), heard as (
      select (array_agg(r.id order by r.last_message_at desc))[1] as id, max(m.sent_at) as since,
        count(*) as messages, count(distinct r.person_id) as people
      from recent r join messages m on m.workspace_id = r.workspace_id and m.conversation_id = r.id
        and m.author = 'customer' and m.deleted_at is null and m.sent_at >= ${after}
      group by r.channel_id, r.thread_key having count(*) > 1
      order by people desc, messages desc, since desc limit ${OF_EACH}
    )
    select ${columns}, c.last_customer_text as words, h.since, h.messages, h.people
    from heard h join ${tables} on c.id = h.id and c.workspace_id = ${workspaceId}
    order by h.people desc, h.messages desc, h.since desc`.execute(tx)
  return rows.map(viewItem)
}

/** Complaints or praise of the last day, the clearest first; of each conversation the clearest words. */
async function readVoices(
  tx: Tx,
  workspaceId: string,
  { kind, after }: { kind: 'complaint' | 'praise'; after: Date },
): Promise<DigestItem[]> {
  const { rows } = await sql<Row>`
    with recent as (
      select m.conversation_id as id, m.preview, m.sent_at, m.kind, abs(m.feeling) as strength from messages m
      where m.workspace_id = ${workspaceId} and m.author = 'customer' and m.deleted_at is null
        and m.erased_at is null and m.sent_at >= ${after}
      order by m.sent_at desc limit ${HEARD_AMONG}
    ), voices as (
      select distinct on (id) id, preview, sent_at, strength from recent where kind = ${kind}
      order by id, strength desc, sent_at desc
    )
    select ${columns}, v.preview as words, v.sent_at as since
    from voices v join ${tables} on c.id = v.id and c.workspace_id = ${workspaceId}
    order by v.strength desc, v.sent_at desc, c.id limit ${OF_EACH}`.execute(tx)
  return rows.map(viewItem)
}

/** Shown by the conversation in which they were unhappy, or their newest where nobody said which. */
async function readWonBack(tx: Tx, workspaceId: string, after: Date): Promise<DigestItem[]> {
  const { rows } = await sql<Row>`
    select ${columns}, c.last_customer_text as words, w.state_at as since
    from win_back_cases w cross join lateral (
      select coalesce(parley.standing(w.conversation_id), (
        select n.id from conversations n
        where n.workspace_id = w.workspace_id and n.person_id = w.person_id and n.merged_into is null
        order by n.last_message_at desc limit 1)) as id
    ) shown join ${tables} on c.id = shown.id and c.workspace_id = ${workspaceId}
    where w.workspace_id = ${workspaceId} and w.state = 'came-back' and w.state_at >= ${after}
    order by w.state_at desc, w.id limit ${OF_EACH}`.execute(tx)
  return rows.map(viewItem)
}

function viewItem(row: Row): DigestItem {
  return {
    conversationId: ConversationId.parse(row.id),
    network: row.network,
    person: row.person,
    words: firstWords(row.words),
    since: row.since.toISOString(),
    messages: row.messages ?? null,
    people: row.people ?? null,
    delivery: row.delivery ?? null,
  }
}

/** Cut between graphemes, so that no letter or emoji is halved. */
function firstWords(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim()
  if (line.length <= WORDS) return line
  const parts = [...new Intl.Segmenter().segment(line.slice(0, WORDS * 4))]
  return parts.length <= WORDS
    ? line
    : `${parts
        .slice(0, WORDS)
        .map(({ segment }) => segment)
        .join('')
        .trimEnd()}…`
}
