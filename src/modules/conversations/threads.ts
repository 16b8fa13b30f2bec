import { sql } from 'kysely'
import type { ChannelId, WorkspaceId } from '../../../contract/ids.ts'
import type { Connector, NetworkMessage, RawEvent } from '../../connectors/contract.ts'
import { announce, type Tx } from '../../platform/db.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { jsonText } from './receive-store.ts'

type Channel = { workspaceId: WorkspaceId; channelId: ChannelId }

/** Threads of posts that we hold as messages or saw in a thread, by the post's id on the network. */
export async function findThreadKeys(
  tx: Tx,
  { workspaceId, channelId }: Channel,
  remoteIds: readonly string[],
): Promise<Map<string, string>> {
  if (remoteIds.length === 0) return new Map()
  const { rows } = await sql<{ remote_id: string; thread_key: string }>`
    select p.remote_id, p.thread_key from thread_posts p
    where p.workspace_id = ${workspaceId} and p.channel_id = ${channelId} and p.remote_id = any(${remoteIds}::text[])
    union all
    select m.remote_id, c.thread_key from messages m
    join conversations c on c.workspace_id = m.workspace_id and c.id = coalesce(m.home_id, m.conversation_id)
    where m.workspace_id = ${workspaceId} and m.channel_id = ${channelId} and m.remote_id = any(${remoteIds}::text[])`.execute(
    tx,
  )
  return new Map(rows.map((row) => [row.remote_id, row.thread_key]))
}

/**
 * The posts of a thread as a connector read it. One that cannot be understood is left out: a thread is
 * what stands around a conversation, and a hole in it is better than none of it.
 */
export function translateThread(
  connector: Pick<Connector, 'translate'>,
  events: readonly RawEvent[],
  account: { remoteId: string; handle: string },
): NetworkMessage[] {
  return events.flatMap(({ raw }) => {
    try {
      const event = connector.translate(raw, account)
      return event.kind === 'message' ? [event] : []
    } catch {
      return []
    }
  })
}

/** Keeps a thread as the network shows it now: posts that are gone there go here. */
export async function storeThread(
  tx: Tx,
  { workspaceId, channelId }: Channel,
  threadKey: string,
  posts: readonly NetworkMessage[],
): Promise<void> {
  await sql`
    insert into threads (workspace_id, channel_id, thread_key, loaded_at, problem)
    values (${workspaceId}, ${channelId}, ${threadKey}, now(), null)
    on conflict (workspace_id, channel_id, thread_key) do update set loaded_at = now(), problem = null`.execute(
    tx,
  )
  await tx
    .deleteFrom('thread_posts')
    .where('workspace_id', '=', workspaceId)
    .where('channel_id', '=', channelId)
    .where('thread_key', '=', threadKey)
    .execute()
  const unique = [...new Map(posts.map((post) => [post.remoteId, post])).values()]
  const rows = unique.map((post, position) => ({
    workspace_id: workspaceId,
    channel_id: channelId,
    thread_key: threadKey,
    remote_id: post.remoteId,
    parent_remote_id: post.parentId,
    position,
    author_handle: cleanText(post.author.handle),
    author_name: cleanText(post.author.displayName || post.author.handle),
    author_avatar_url: post.author.avatarUrl,
    mine: post.mine,
    text: cleanText(post.text),
    content_warning: post.contentWarning === null ? null : cleanText(post.contentWarning),
    media: jsonText(post.media),
    url: post.url,
    sent_at: post.createdAt,
  }))
  if (rows.length > 0) await tx.insertInto('thread_posts').values(rows).execute()
  await announce(tx, { workspace: workspaceId, kind: 'thread', id: threadKey })
}

/** Notes why a thread could not be read; what was read before stays. */
export async function noteThreadProblem(
  tx: Tx,
  { workspaceId, channelId }: Channel,
  threadKey: string,
  problem: string,
): Promise<void> {
  await sql`
    insert into threads (workspace_id, channel_id, thread_key, problem)
    values (${workspaceId}, ${channelId}, ${threadKey}, ${problem})
    on conflict (workspace_id, channel_id, thread_key) do update set problem = excluded.problem`.execute(
    tx,
  )
  await announce(tx, { workspace: workspaceId, kind: 'thread', id: threadKey })
}
