import type pg from 'pg'
import type { WorkspaceId } from '../../contract/ids.ts'
import type { Limits } from '../../contract/limits.ts'

/** `history`: conversations as they came over so many days; else they lie anyhow in the last thirty. */
export type Size = {
  conversations: number
  messages: number
  history?: { days: number; businesses: number }
}

/** Businesses that share the tables; the one that is measured is the first. */
const usualBusinesses = 20
/** A word that somebody looks for stands in so many messages of a business, however many there are. */
const hits = 20

/**
 * Fills the program's own tables: one of five conversations is open; of those a third has somebody, half
 * wait for an answer, one in twenty is snoozed. Speaks as the owner of the tables.
 * @returns how many words there are to look for with `wordOf`
 */
export async function fill(
  owner: pg.Client,
  workspaceId: WorkspaceId,
  size: Size,
): Promise<number> {
  const { conversations, messages } = size
  const businesses = size.history?.businesses ?? usualBusinesses
  // One less than a round number, so that the messages with one word are of twenty conversations.
  const words = Math.max(1, Math.floor(messages / businesses / hits) - 1)
  // References hold by construction; to look each of millions up would take most of the time.
  await owner.query(`set session_replication_role = replica; set synchronous_commit = off`)
  await owner.query(`
    create temp table places as
    select n, gen_random_uuid() as workspace_id, gen_random_uuid() as channel_id from generate_series(0, ${businesses - 1}) n`)
  await owner.query('update places set workspace_id = $1 where n = 0', [workspaceId])
  await owner.query(placesSql)
  await owner.query(peopleSql(businesses), [Math.ceil(conversations / 4)])
  await owner.query(conversationsSql(businesses, ageOf(size)), [conversations])
  await owner.query(messagesSql(businesses, size), [words])
  await owner.query(`drop table places; reset session_replication_role; reset synchronous_commit`)
  await owner.query('vacuum analyze')
  return words
}

/** A word of the measured workspace's messages, by its number. */
export function wordOf(number: number): string {
  return `order${number}x`
}

/** The id of the `n`th row of a table, by a whole number in SQL. */
export const idOf = (n: string) =>
  `('00000000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`

/** How long ago the last message of conversation `i` came, in SQL. */
function ageOf({ conversations, history }: Size): string {
  if (!history) return `(i::bigint * 7919 % 2592000) * interval '1 s'`
  return `(${conversations} - i) * interval '${(history.days * 86_400) / conversations} s'`
}

const text = [{ max: 500, unit: 'graphemes' as const }]
const words = { text, urlLength: 23, mentionsWithoutServer: true, countsContentWarning: true }
const limits: Limits = {
  public: words,
  private: words,
  media: { max: 4, imageBytes: 16_000_000, imageTypes: ['image/png'], altText: 1500 },
  readAt: '2026-11-22T00:00:00.000Z',
}

/** As Mastodon's connector keeps it for an answer. */
const ref = { acct: 'customer', mentions: [], visibility: 'public' }

const placesSql = `
  insert into workspaces (id, name, time_zone, locale, hours)
  select workspace_id, 'Other ' || n, 'UTC', 'en', '{}' from places where n > 0;
  insert into channels (workspace_id, id, network, service, remote_account_id, handle, display_name, profile_url,
    state, limits, abilities, secret_id, checked_at)
  select workspace_id, channel_id, 'mastodon', 'https://social.example', 'shop', 'shop', 'Shop',
    'https://social.example/@shop', 'connected', '${JSON.stringify(limits)}', '{}', channel_id, now() from places;
  insert into departments (workspace_id, id, name) select workspace_id, workspace_id, 'Shop' from places`

const peopleSql = (businesses: number) => `
  with person as (
    select p.workspace_id, ${idOf(`i * ${businesses} + p.n`)} as id, 'Customer ' || i as name, i
    from generate_series(0, $1::int / ${businesses}) i cross join places p
  ), people as (
    insert into people (workspace_id, id, display_name) select workspace_id, id, name from person
  )
  insert into identities (workspace_id, id, person_id, network, remote_id, handle, display_name)
  select workspace_id, id, id, 'mastodon', i::text, 'customer' || i, name from person`

/** Conversation `i` is of the business `i % businesses`; `i / businesses` counts within the business. */
const conversationsSql = (businesses: number, age: string) => `
  insert into conversations (workspace_id, id, channel_id, identity_id, person_id, thread_key, visibility, state,
    assignee_id, department_id, unanswered_since, due_at, last_message_at, last_customer_text, message_count,
    snoozed_until, snoozed_at)
  select p.workspace_id, ${idOf('i')}, p.channel_id, ${idOf(`k / 4 * ${businesses} + p.n`)}, ${idOf(`k / 4 * ${businesses} + p.n`)},
    'thread ' || i, 'public', case when k % 5 > 0 then 'done' when k % 2 = 0 then 'new' else 'open' end,
    case when k % 3 = 0 then (select m.id from members m where m.workspace_id = p.workspace_id limit 1) end,
    case when k % 4 = 0 then p.workspace_id end,
    case when waits then now() - age end, case when waits then now() - age + '4 h' else 'infinity' end,
    now() - age, 'Where is my parcel number ' || i || '?', 10,
    case when k % 100 = 0 then now() + '1 day' end, case when k % 100 = 0 then now() end
  from (
    select i, i / ${businesses} as k, i / ${businesses} % 10 = 0 as waits, ${age} as age
    from generate_series(0, $1::int - 1) i
  ) one join places p on p.n = i % ${businesses}`

/** Common words in every message, one of 500 in each, and one that stands in twenty messages of a business. */
function messagesSql(businesses: number, size: Size): string {
  return `
  insert into messages (workspace_id, id, conversation_id, channel_id, author, identity_id, remote_id, remote_version,
    visibility, text, preview, ref, search, sent_at, received_at)
  select p.workspace_id, ${idOf('one.n')}, ${idOf('i')}, p.channel_id, author, ${idOf(`i / ${businesses} / 4 * ${businesses} + p.n`)},
    'post ' || one.n, '1', 'public', text, text, '${JSON.stringify(ref)}', text::tsvector, sent, sent
  from (
    select turn.*, 'where is my parcel word' || n / ${businesses} % 500 || ' order' || n / ${businesses} % $1::int || 'x' as text
    from (${size.history ? turnsAsTheyCame(businesses, size) : turnsAnyhow(size)}) turn
  ) one join places p on p.n = i % ${businesses}`
}

/** Message `n` of conversation `i`: customer and member in turn, each at any time. */
function turnsAnyhow({ conversations, messages }: Size): string {
  return `
    select n, n % ${conversations} as i, now() - (n::bigint * 7919 % 2592000) * interval '1 s' as sent,
      case when n / ${conversations} % 2 = 0 then 'customer' else 'member' end as author
    from generate_series(0, ${messages - 1}) n`
}

/** The same in the order of time, up to ten hours apart; who waits wrote last. */
function turnsAsTheyCame(businesses: number, size: Size): string {
  const each = Math.floor(size.messages / size.conversations)
  return `
    select n, i, now() - ${ageOf(size)} - ((${each - 1} - t) * 36000 + n::bigint * 7919 % 30000) * interval '1 s' as sent,
      case when t % 2 = 0 or t = ${each - 1} and i / ${businesses} % 10 = 0 then 'customer' else 'member' end as author
    from (select n, n / ${each} as i, n % ${each} as t from generate_series(0, ${size.conversations * each - 1}) n) numbered`
}
