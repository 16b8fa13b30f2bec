import { sql } from 'kysely'
import { ConversationId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { settlePages } from '../on-call/index.ts'
import { type ClockRules, clockRules } from '../reply-clock/index.ts'
import { dueText } from './due.ts'
import { subjectOf } from './view.ts'

/**
 * Works out again, from the messages as they stand, what a conversation's row says of them: when the
 * oldest unanswered customer message came, when an answer is due by the reply clock, the last words, the
 * count, and the state (a customer who speaks reopens it; an answer makes it wait for the customer; one
 * that was ever answered is not new). Because nothing is added up step by step, messages may come in any
 * order, twice, or vanish. Two statements: the facts are read, the due time is worked out, all is written.
 * A conversation that another transaction wrote in between is not written, but looked at again.
 * Pressing ones then page whoever is on call, or no longer.
 */
export async function refreshConversations(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly ConversationId[],
): Promise<void> {
  let left = ids
  for (let tries = 1; left.length > 0; tries++) {
    if (tries > mostTries) throw new Error(`${left[0]} changes faster than it can be counted`)
    const facts = await readFacts(tx, workspaceId, left)
    const [first] = facts
    if (!first) return
    const rules = await clockRules(tx, workspaceId, first.clock_version)
    const written = await writeFacts(tx, workspaceId, facts, rules)
    const pressing = facts.filter((one) => written.has(one.id) && (one.severity || one.paged))
    await settlePages(tx, workspaceId, pressing.map(idOf))
    left = facts.filter(({ id }) => !written.has(id)).map(idOf)
  }
}

function idOf({ id }: Pick<Facts, 'id'>): ConversationId {
  return ConversationId.parse(id)
}

/** Each further try means that another transaction committed to the same conversation meanwhile. */
const mostTries = 20

type Facts = {
  id: string
  version: number
  channel_id: string
  person_id: string
  severity: string | null
  clock_version: number | null
  /** Somebody is being called about it. */
  paged: boolean
  since: Date | null
  heard_at: Date | null
  answered_at: Date | null
  last_at: Date
  language: string | null
  preview: string | null
  visibility: string | null
  count: number
}

async function readFacts(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly ConversationId[],
): Promise<Facts[]> {
  const { rows } = await sql<Facts>`
    with answered as (
      select conversation_id, max(sent_at) as at from messages
      where workspace_id = ${workspaceId} and conversation_id = any(${ids}::uuid[]) and author = 'member'
        and returned_at is null
      group by conversation_id
    ), facts as (
      select m.conversation_id, a.at as answered_at, count(*) as count, max(m.sent_at) as last_at,
        min(m.sent_at) filter (where m.author = 'customer' and m.deleted_at is null
          and (a.at is null or greatest(m.sent_at, m.waits_from) > a.at)) as since,
        max(m.sent_at) filter (where m.author = 'customer' and m.deleted_at is null
          and (a.at is null or greatest(m.sent_at, m.waits_from) > a.at)) as heard_at,
        (array_agg(m.preview order by m.sent_at desc, m.remote_id collate "C" desc)
          filter (where m.author = 'customer' and m.deleted_at is null))[1] as preview,
        (array_agg(m.language order by m.sent_at desc, m.remote_id collate "C" desc)
          filter (where m.author = 'customer' and m.deleted_at is null and m.language is not null))[1] as language,
        (array_agg(m.visibility order by m.sent_at, m.remote_id collate "C")
          filter (where m.author = 'customer'))[1] as visibility
      from messages m left join answered a using (conversation_id)
      where m.workspace_id = ${workspaceId} and m.conversation_id = any(${ids}::uuid[])
      group by m.conversation_id, a.at
    )
    select c.id, c.version, c.channel_id, c.person_id, c.severity, (select parley.clock_version()) as clock_version,
      exists (select from pages p where p.workspace_id = c.workspace_id and p.conversation_id = c.id
        and p.state = 'open') as paged,
      f.since, f.heard_at, f.answered_at, f.last_at, f.language, f.preview, f.visibility, f.count
    from facts f
    join conversations c on c.workspace_id = ${workspaceId} and c.id = f.conversation_id
    where c.id = any(${ids}::uuid[])`.execute(tx)
  return rows
}

/** @returns those that were written: the others changed since their facts were read */
async function writeFacts(
  tx: Tx,
  workspaceId: WorkspaceId,
  facts: readonly Facts[],
  rules: ClockRules,
): Promise<Set<string>> {
  const column = <Value>(read: (fact: Facts) => Value) => facts.map(read)
  const { rows } = await sql<{ id: string }>`
    update conversations c set
      unanswered_since = f.since,
      due_at = f.due,
      language = f.language,
      last_message_at = f.last_at,
      last_customer_text = f.preview,
      visibility = case f.visibility when 'private' then 'private' else 'public' end,
      message_count = f.count,
      version = c.version + 1,
      state = case
        when f.since is not null and c.unanswered_since is distinct from f.since
          and c.state in ('done', 'waiting-customer') then 'open'
        when f.heard_at > c.last_message_at and c.state = 'done' then 'open'
        when f.since is not null and f.answered_at is not null and c.state = 'new' then 'open'
        when f.since is null and f.answered_at is not null and c.state in ('new', 'open') then 'waiting-customer'
        else c.state end
    from unnest(
      ${column((fact) => fact.id)}::uuid[],
      ${column((fact) => fact.version)}::int[],
      ${column((fact) => fact.since)}::timestamptz[],
      ${column((fact) => dueText(rules, subjectOf(fact), fact.since))}::timestamptz[],
      ${column((fact) => fact.heard_at)}::timestamptz[],
      ${column((fact) => fact.answered_at)}::timestamptz[],
      ${column((fact) => fact.last_at)}::timestamptz[],
      ${column((fact) => fact.language)}::text[],
      ${column((fact) => fact.preview ?? '')}::text[],
      ${column((fact) => fact.visibility)}::text[],
      ${column((fact) => fact.count)}::int[]
    ) as f (id, version, since, due, heard_at, answered_at, last_at, language, preview, visibility, count)
    where c.workspace_id = ${workspaceId} and c.id = f.id and c.version = f.version
    returning c.id`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}
