import { sql } from 'kysely'
import type { ChannelId, WorkspaceId } from '../../../contract/ids.ts'
import type { Connector, NetworkMessage, RawEvent } from '../../connectors/contract.ts'
import { announce, type Tx } from '../../platform/db.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { jsonText } from './receive-store.ts'
import { understand } from './understand.ts'

type Channel = { workspaceId: WorkspaceId; channelId: ChannelId }

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
    const { event } = understand(connector, account, raw)
    return event?.kind === 'message' ? [event] : []
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
