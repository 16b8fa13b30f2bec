import { sql } from 'kysely'
import { ConversationId, type IdentityId, type PersonId } from '../../../contract/ids.ts'
import type { NetworkMessage } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'
import { previewOf } from '../../platform/fold-text.ts'
import { newId } from '../../platform/ids.ts'
import { clockRules } from '../reply-clock/index.ts'
import { dueText } from './due.ts'
import type { ChannelKey } from './receive-store.ts'

export type ConversationKey = { identityId: IdentityId; personId: PersonId; threadKey: string }
export type Group = { key: ConversationKey; messages: NetworkMessage[] }
export type Opened = { id: ConversationId; home: ConversationId; opened: boolean }

/**
 * The conversation of each group, opened when there is none. A new one is complete at once; one that
 * was there must be refreshed by the caller. One that was merged is stood for by the one that it was
 * merged into. Under the stream lock nobody else opens, merges or splits one meanwhile.
 * @returns by `<identityId> <threadKey>`; `home`: the thread's own one, whether or not it was merged
 */
export async function openConversations(
  tx: Tx,
  channel: ChannelKey,
  groups: ReadonlyMap<string, Group>,
): Promise<Map<string, Opened>> {
  const { known, clockVersion } = await findConversations(tx, channel, [...groups.values()])
  const missing = [...groups].filter(([name]) => !known.has(name))
  const ids = missing.map(() => newId(ConversationId))
  const keys = missing.map(([, { key }]) => key)
  const facts = missing.map(([, { messages }]) => summarise(messages))
  if (missing.length > 0) {
    const rules = await clockRules(tx, channel.workspaceId, clockVersion)
    const dues = facts.map(({ language, firstAt }, index) => {
      const personId = keys[index]?.personId ?? null
      const subject = { channelId: channel.channelId, language, severity: null, personId }
      return dueText(rules, subject, firstAt)
    })
    await sql`
      insert into conversations (
        workspace_id, channel_id, state, id, identity_id, person_id, thread_key, visibility, language,
        unanswered_since, due_at, last_message_at, last_customer_text, message_count)
      select ${channel.workspaceId}, ${channel.channelId}, 'new', * from unnest(
        ${ids}::uuid[],
        ${keys.map((key) => key.identityId)}::uuid[],
        ${keys.map((key) => key.personId)}::uuid[],
        ${keys.map((key) => key.threadKey)}::text[],
        ${facts.map((fact) => fact.visibility)}::text[],
        ${facts.map((fact) => fact.language)}::text[],
        ${facts.map((fact) => fact.firstAt)}::timestamptz[],
        ${dues}::timestamptz[],
        ${facts.map((fact) => fact.lastAt)}::timestamptz[],
        ${facts.map((fact) => fact.preview)}::text[],
        ${facts.map((fact) => fact.count)}::int[]
      )`.execute(tx)
  }
  const all = new Map<string, Opened>()
  for (const [name, found] of known) all.set(name, { ...found, opened: false })
  for (const [index, id] of ids.entries()) {
    const name = missing[index]?.[0]
    if (name !== undefined) all.set(name, { id, home: id, opened: true })
  }
  return all
}

/** Which of them are there, and by which rules of the reply clock the others are counted. */
async function findConversations(
  tx: Tx,
  { workspaceId, channelId }: ChannelKey,
  groups: readonly Group[],
): Promise<{ known: Map<string, Omit<Opened, 'opened'>>; clockVersion: number | null }> {
  type Row = {
    clock_version: number | null
    id: string | null
    merged_into: string | null
    identity_id: string
    thread_key: string
  }
  const { rows } = await sql<Row>`
    select v.clock_version, f.id, f.merged_into, f.identity_id, f.thread_key
    from (select parley.clock_version() as clock_version) v left join (
      select c.id, c.merged_into, c.identity_id, c.thread_key
      from unnest(
        ${groups.map(({ key }) => key.threadKey)}::text[],
        ${groups.map(({ key }) => key.identityId)}::uuid[]
      ) as n (thread_key, identity_id)
      join conversations c on c.thread_key = n.thread_key and c.identity_id = n.identity_id
      where c.workspace_id = ${workspaceId} and c.channel_id = ${channelId}
    ) f on true`.execute(tx)
  const known = new Map<string, Omit<Opened, 'opened'>>()
  for (const { id, merged_into, identity_id, thread_key } of rows) {
    if (id === null) continue
    const home = ConversationId.parse(id)
    const standing = merged_into === null ? home : ConversationId.parse(merged_into)
    known.set(groupName(identity_id, thread_key), { id: standing, home })
  }
  return { known, clockVersion: rows[0]?.clock_version ?? null }
}

/** How a person's part in a thread is called in maps. */
export function groupName(identityId: string, threadKey: string): string {
  return `${identityId} ${threadKey}`
}

function summarise(messages: readonly NetworkMessage[]) {
  const ordered = [...messages].sort(
    (a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.remoteId < b.remoteId ? -1 : 1),
  )
  const first = ordered[0]
  const last = ordered.at(-1)
  if (!first || !last) throw new Error('a conversation begins with a message')
  return {
    visibility: first.visibility === 'private' ? 'private' : 'public',
    firstAt: first.createdAt,
    lastAt: last.createdAt,
    preview: previewOf(last.text),
    language: ordered.findLast(({ language }) => language !== null)?.language ?? null,
    count: messages.length,
  }
}
