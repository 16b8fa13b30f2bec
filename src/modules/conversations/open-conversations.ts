import { sql } from 'kysely'
import { ConversationId, type IdentityId, type PersonId } from '../../../contract/ids.ts'
import type { ConversationKind } from '../../../contract/understanding.ts'
import type { Tx } from '../../platform/db.ts'
import { onward } from '../../platform/db-pool.ts'
import { newId } from '../../platform/ids.ts'
import { ints, texts, times, uuids } from '../../platform/pg-arrays.ts'
import { clockRules } from '../reply-clock/index.ts'
import { dueText } from './due.ts'
import { askedName, type ChannelKey, groupName, type Known, type Place } from './known.ts'
import type { Post } from './posts.ts'

export type ConversationKey = {
  identityId: IdentityId
  personId: PersonId
  authorId: string
  threadKey: string
}
export type Group = { key: ConversationKey; posts: Post[] }

/** A conversation that begins with this page, complete as it is. */
export type NewConversation = { id: ConversationId; key: ConversationKey; due: string } & Summary

/**
 * The conversation of each group, and those to be opened because there is none. One that was merged is stood
 * for by the one that it was merged into. Under the stream lock nobody else opens, merges or splits one meanwhile.
 * One that was there must be refreshed by the caller.
 * @returns places by `groupName`
 */
export async function openConversations(
  tx: Tx,
  channel: ChannelKey,
  { groups, known }: { groups: ReadonlyMap<string, Group>; known: Known },
): Promise<{ places: Map<string, Place>; opened: NewConversation[] }> {
  const places = new Map(known.conversations)
  const unasked = [...groups.values()].filter(
    ({ key }) =>
      known.identities.has(key.authorId) &&
      !known.asked.has(askedName(key.authorId, key.threadKey)),
  )
  for (const [name, place] of await findConversations(tx, channel, unasked)) places.set(name, place)
  const missing = [...groups].filter(([name]) => !places.has(name))
  if (missing.length === 0) return { places, opened: [] }
  const rules = await clockRules(tx, channel.workspaceId, known.clockVersion)
  const opened = missing.map(([name, { key, posts }]) => {
    const summary = summarise(posts)
    const { language, firstAt } = summary
    const { personId } = key
    const subject = { channelId: channel.channelId, language, severity: null, personId }
    const id = newId(ConversationId)
    places.set(name, { id, home: id })
    return { id, key, due: dueText(rules, subject, firstAt), ...summary }
  })
  return { places, opened }
}

/** Writes new conversations. The caller goes on to write their messages. */
export async function insertConversations(
  tx: Tx,
  { workspaceId, channelId }: ChannelKey,
  rows: readonly NewConversation[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`${sql.raw(onward)}
    insert into conversations (
      workspace_id, channel_id, state, id, identity_id, person_id, thread_key, visibility, language,
      unanswered_since, due_at, last_message_at, last_customer_text, kind, message_count)
    select ${workspaceId}, ${channelId}, 'new', * from unnest(
      ${uuids(rows.map(({ id }) => id))}::uuid[],
      ${uuids(rows.map(({ key }) => key.identityId))}::uuid[],
      ${uuids(rows.map(({ key }) => key.personId))}::uuid[],
      ${texts(rows.map(({ key }) => key.threadKey))}::text[],
      ${texts(rows.map((row) => row.visibility))}::text[],
      ${texts(rows.map((row) => row.language))}::text[],
      ${times(rows.map((row) => row.firstAt))}::timestamptz[],
      ${rows.map((row) => row.due)}::timestamptz[],
      ${times(rows.map((row) => row.lastAt))}::timestamptz[],
      ${texts(rows.map((row) => row.preview))}::text[],
      ${texts(rows.map((row) => row.kind))}::text[],
      ${ints(rows.map((row) => row.count))}::int[])`.execute(tx)
}

/** Those of threads that the network did not name: the look-up of the page could not ask for them. */
async function findConversations(
  tx: Tx,
  { workspaceId, channelId }: ChannelKey,
  groups: readonly Group[],
): Promise<Map<string, Place>> {
  if (groups.length === 0) return new Map()
  type Row = { id: string; merged_into: string | null; identity_id: string; thread_key: string }
  const { rows } = await sql<Row>`
    select c.id, c.merged_into, c.identity_id, c.thread_key
    from unnest(
      ${texts(groups.map(({ key }) => key.threadKey))}::text[],
      ${uuids(groups.map(({ key }) => key.identityId))}::uuid[]
    ) as n (thread_key, identity_id)
    join conversations c on c.thread_key = n.thread_key and c.identity_id = n.identity_id
    where c.workspace_id = ${workspaceId} and c.channel_id = ${channelId}`.execute(tx)
  return new Map(
    rows.map((row) => {
      const home = ConversationId.parse(row.id)
      const id = row.merged_into === null ? home : ConversationId.parse(row.merged_into)
      return [groupName(row.identity_id, row.thread_key), { id, home }]
    }),
  )
}

type Summary = ReturnType<typeof summarise>

function summarise(posts: readonly Post[]) {
  const ordered = posts.toSorted(
    ({ message: a }, { message: b }) =>
      a.createdAt.getTime() - b.createdAt.getTime() || (a.remoteId < b.remoteId ? -1 : 1),
  )
  const first = ordered[0]
  const last = ordered.at(-1)
  if (!first || !last) throw new Error('a conversation begins with a message')
  return {
    visibility: first.message.visibility === 'private' ? 'private' : 'public',
    firstAt: first.message.createdAt,
    lastAt: last.message.createdAt,
    preview: last.shown.preview,
    language:
      ordered.findLast(({ message }) => message.language !== null)?.message.language ?? null,
    kind: kindOf(ordered),
    count: posts.length,
  }
}

/** The newest that says something: a thank-you after a complaint is praise, and a "hello?" changes nothing. */
function kindOf(ordered: readonly Post[]): ConversationKind | null {
  const kinds = ordered.map(({ shown }) => shown.reading?.kind)
  return kinds.findLast((kind) => kind !== undefined && kind !== 'other') ?? null
}
