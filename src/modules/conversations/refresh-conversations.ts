import { sql } from 'kysely'
import type { ConversationState } from '../../../contract/conversations.ts'
import { ConversationId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { often } from '../../platform/db-pool.ts'
import { ints, texts, times, uuids } from '../../platform/pg-arrays.ts'
import { settlePages } from '../on-call/index.ts'
import { type ClockRules, clockRules } from '../reply-clock/index.ts'
import { dueText } from './due.ts'
import { type Heard, nextState } from './next-state.ts'
import { subjectOf } from './view.ts'

const nothingHeard: ReadonlyMap<ConversationId, Heard> = new Map()

/**
 * Works out again, from the messages as they stand, what a conversation's row says of them: when the
 * oldest unanswered customer message came, when an answer is due by the reply clock, the last words, the
 * count, and the state (`nextState`). Because nothing is added up step by step, messages may come in any
 * order, twice, or vanish. Two statements: the facts are read, what follows is worked out, all is written.
 * A conversation that another transaction wrote in between is not written, but looked at again.
 * Pressing ones then page whoever is on call, or no longer.
 * @param heard customer messages that have just come in, by conversation: who was put aside is back
 * @returns those that were done and are not any more
 */
export async function refreshConversations(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly ConversationId[],
  heard = nothingHeard,
): Promise<{ reopened: Set<ConversationId> }> {
  const reopened = new Set<ConversationId>()
  let left = ids
  for (let tries = 1; left.length > 0; tries++) {
    if (tries > mostTries) throw new Error(`${left[0]} changes faster than it can be counted`)
    const facts = await readFacts(tx, workspaceId, left)
    const [first] = facts
    if (!first) break
    const rules = await clockRules(tx, workspaceId, first.clock_version)
    const next = facts.map((fact) => nextOf(fact, { rules, heard }))
    const written = await writeFacts(tx, workspaceId, next)
    for (const { id, state, fact } of next)
      if (written.has(id) && fact.state === 'done' && state !== 'done') reopened.add(id)
    const pressing = next.filter(
      ({ id, fact }) => written.has(id) && (fact.severity !== null || fact.paged),
    )
    await settlePages(
      tx,
      workspaceId,
      pressing.map(({ id }) => id),
    )
    left = next.flatMap(({ id }) => (written.has(id) ? [] : [id]))
  }
  return { reopened }
}

/** Each further try means that another transaction committed to the same conversation meanwhile. */
const mostTries = 20

type Facts = {
  id: string
  version: number
  state: ConversationState
  unanswered_since: Date | null
  last_message_at: Date
  channel_id: string
  person_id: string
  severity: string | null
  clock_version: number | null
  /** Somebody is being called about it. */
  paged: boolean
  since: Date | null
  heard_at: Date | null
  standing: number
  answered_at: Date | null
  last_at: Date
  language: string | null
  preview: string | null
  kind: string | null
  visibility: string | null
  count: number
}

async function readFacts(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly ConversationId[],
): Promise<Facts[]> {
  const { rows } = await sql<Facts>`${sql.raw(often)}
    with answered as (
      select conversation_id, max(sent_at) as at from messages
      where workspace_id = ${workspaceId} and conversation_id = any(${uuids(ids)}::uuid[]) and author = 'member'
        and returned_at is null
      group by conversation_id
    ), facts as (
      select m.conversation_id, a.at as answered_at, count(*) as count, max(m.sent_at) as last_at,
        min(m.sent_at) filter (where m.author = 'customer' and m.deleted_at is null
          and (a.at is null or greatest(m.sent_at, m.waits_from) > a.at)) as since,
        max(m.sent_at) filter (where m.author = 'customer' and m.deleted_at is null
          and (a.at is null or greatest(m.sent_at, m.waits_from) > a.at)) as heard_at,
        count(*) filter (where m.author = 'customer' and m.deleted_at is null) as standing,
        (array_agg(m.preview order by m.sent_at desc, m.remote_id collate "C" desc)
          filter (where m.author = 'customer' and m.deleted_at is null))[1] as preview,
        (array_agg(m.language order by m.sent_at desc, m.remote_id collate "C" desc)
          filter (where m.author = 'customer' and m.deleted_at is null and m.language is not null))[1] as language,
        (array_agg(m.kind order by m.sent_at desc, m.remote_id collate "C" desc)
          filter (where m.author = 'customer' and m.deleted_at is null and m.kind <> 'other'))[1] as kind,
        (array_agg(m.visibility order by m.sent_at, m.remote_id collate "C")
          filter (where m.author = 'customer'))[1] as visibility
      from messages m left join answered a using (conversation_id)
      where m.workspace_id = ${workspaceId} and m.conversation_id = any(${uuids(ids)}::uuid[])
      group by m.conversation_id, a.at
    )
    select c.id, c.version, c.state, c.unanswered_since, c.last_message_at, c.channel_id, c.person_id, c.severity,
      (select parley.clock_version()) as clock_version,
      exists (select from pages p where p.workspace_id = c.workspace_id and p.conversation_id = c.id
        and p.state = 'open') as paged,
      f.since, f.heard_at, f.standing, f.answered_at, f.last_at, f.language, f.preview, f.kind, f.visibility, f.count
    from facts f
    join conversations c on c.workspace_id = ${workspaceId} and c.id = f.conversation_id
    where c.id = any(${uuids(ids)}::uuid[])`.execute(tx)
  return rows
}

/** What follows from the facts of one conversation. */
type Next = {
  id: ConversationId
  fact: Facts
  state: ConversationState
  due: string
  isHeard: boolean
}

function nextOf(
  fact: Facts,
  { rules, heard }: { rules: ClockRules; heard: ReadonlyMap<ConversationId, Heard> },
): Next {
  const id = ConversationId.parse(fact.id)
  const { state, since, standing } = fact
  const before = { state, waitedSince: fact.unanswered_since, lastAt: fact.last_message_at }
  const now = { since, heardAt: fact.heard_at, answeredAt: fact.answered_at, standing }
  return {
    id,
    fact,
    state: nextState({ ...before, ...now }, heard.get(id)),
    due: dueText(rules, subjectOf(fact), since),
    isHeard: heard.has(id),
  }
}

/** @returns those that were written: the others changed since their facts were read */
async function writeFacts(
  tx: Tx,
  workspaceId: WorkspaceId,
  next: readonly Next[],
): Promise<Set<string>> {
  const column = <Value>(read: (fact: Facts) => Value) => next.map(({ fact }) => read(fact))
  const { rows } = await sql<{ id: string }>`${sql.raw(often)}
    update conversations c set
      state = n.state,
      unanswered_since = n.since,
      due_at = n.due,
      language = n.language,
      last_message_at = n.last_at,
      last_customer_text = n.preview,
      kind = n.kind,
      visibility = n.visibility,
      message_count = n.count,
      snoozed_until = case when n.heard then null else c.snoozed_until end,
      snoozed_at = case when n.heard then null else c.snoozed_at end,
      version = c.version + 1
    from unnest(
      ${uuids(next.map(({ id }) => id))}::uuid[],
      ${ints(column((fact) => fact.version))}::int[],
      ${texts(next.map(({ state }) => state))}::text[],
      ${times(column((fact) => fact.since))}::timestamptz[],
      ${next.map(({ due }) => due)}::timestamptz[],
      ${next.map(({ isHeard }) => isHeard)}::boolean[],
      ${texts(column((fact) => fact.language))}::text[],
      ${times(column((fact) => fact.last_at))}::timestamptz[],
      ${texts(column((fact) => fact.preview ?? ''))}::text[],
      ${texts(column((fact) => fact.kind))}::text[],
      ${texts(column(({ visibility }) => (visibility === 'private' ? 'private' : 'public')))}::text[],
      ${ints(column((fact) => fact.count))}::int[]
    ) as n (id, version, state, since, due, heard, language, last_at, preview, kind, visibility, count)
    where c.workspace_id = ${workspaceId} and c.id = n.id and c.version = n.version
    returning c.id`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}
