import { z } from 'zod'
import type { Thread } from '../../../contract/conversations.ts'
import { ChannelId, ConversationId, WorkspaceId } from '../../../contract/ids.ts'
import { ConnectorError } from '../../connectors/contract.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { messageOf } from '../../platform/errors.ts'
import { defineJob, enqueue } from '../../platform/jobs.ts'
import { type Actor, authorize } from '../access/index.ts'
import { findChannel, openSession } from '../channels/index.ts'
import { findAnswered } from './answered.ts'
import type { ConversationDeps } from './deps.ts'
import { findSummary } from './get-conversation.ts'
import { canReadConversations } from './policy.ts'
import { findStanding } from './standing.ts'
import { noteThreadProblem, storeThread, translateThread } from './threads.ts'

const staleAfterMs = 20_000

/**
 * The public thread around a conversation as last seen. One that was never read, or not lately, is read
 * again by a worker; a live event says when it is there.
 */
export async function getThread(
  deps: ConversationDeps,
  actor: Actor,
  asked: ConversationId,
): Promise<Thread> {
  authorize(actor, canReadConversations(actor))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const id = await findStanding(tx, actor.workspaceId, asked)
    const conversation = await findSummary(tx, actor.workspaceId, id)
    if (conversation.visibility === 'private') return { loadedAt: null, problem: null, posts: [] }
    const newest = await findAnswered(tx, actor.workspaceId, id)
    const channelId = newest?.channel_id ?? ChannelId.parse(conversation.channel_id)
    const threadKey = newest?.thread_key ?? conversation.thread_key
    const thread = await readThread(
      tx,
      { workspaceId: actor.workspaceId, channelId, threadKey },
      id,
    )
    const loaded = thread.loadedAt === null ? 0 : Date.parse(thread.loadedAt)
    if (deps.clock().getTime() - loaded > staleAfterMs)
      await enqueue(
        tx,
        loadThread,
        { workspaceId: actor.workspaceId, conversationId: id },
        { key: `thread:${channelId}:${threadKey}` },
      )
    return thread
  })
}

type ThreadPlace = { workspaceId: WorkspaceId; channelId: ChannelId; threadKey: string }

async function readThread(
  tx: Tx,
  { workspaceId, channelId, threadKey }: ThreadPlace,
  id: ConversationId,
): Promise<Thread> {
  const thread = await tx
    .selectFrom('threads')
    .select(['loaded_at', 'problem'])
    .where('workspace_id', '=', workspaceId)
    .where('channel_id', '=', channelId)
    .where('thread_key', '=', threadKey)
    .executeTakeFirst()
  const posts = await tx
    .selectFrom('thread_posts as p')
    .leftJoin('messages as m', (join) =>
      join
        .onRef('m.workspace_id', '=', 'p.workspace_id')
        .onRef('m.channel_id', '=', 'p.channel_id')
        .onRef('m.remote_id', '=', 'p.remote_id')
        .on('m.conversation_id', '=', id),
    )
    .selectAll('p')
    .select('m.id as message_id')
    .where('p.workspace_id', '=', workspaceId)
    .where('p.channel_id', '=', channelId)
    .where('p.thread_key', '=', threadKey)
    .orderBy('p.position')
    .limit(500)
    .execute()
  return {
    loadedAt: thread?.loaded_at?.toISOString() ?? null,
    problem: thread?.problem ?? null,
    posts: posts.map((post) => ({
      remoteId: post.remote_id,
      parentRemoteId: post.parent_remote_id,
      author: { handle: post.author_handle, name: post.author_name },
      mine: post.mine,
      inConversation: post.message_id !== null,
      text: post.text,
      contentWarning: post.content_warning,
      url: post.url,
      sentAt: post.sent_at.toISOString(),
    })),
  }
}

/** Reads a conversation's thread from the network and keeps it. */
export const loadThread = defineJob({
  name: 'conversations.load-thread',
  payload: z.object({ workspaceId: WorkspaceId, conversationId: ConversationId }),
  async run(deps: ConversationDeps, { workspaceId, conversationId }) {
    const found = await inWorkspace(deps.database.db, workspaceId, (tx) =>
      findStart(tx, workspaceId, conversationId),
    )
    if (!found) return
    const { channel, message, place } = found
    const { connector, session } = await openSession(deps, channel, 'worker')
    if (!connector.thread) return
    try {
      const events = await connector.thread(session, message)
      const posts = translateThread(connector, events, channel.account)
      await inWorkspace(deps.database.db, workspaceId, (tx) =>
        storeThread(tx, place, place.threadKey, posts),
      )
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error
      await inWorkspace(deps.database.db, workspaceId, (tx) =>
        noteThreadProblem(tx, place, place.threadKey, messageOf(error)),
      )
    }
  },
})

async function findStart(tx: Tx, workspaceId: WorkspaceId, conversationId: ConversationId) {
  // Of several threads that were merged, the one last spoken in.
  const newest = await findAnswered(tx, workspaceId, conversationId)
  if (!newest) return undefined
  const channelId = newest.channel_id
  const channel = await findChannel(tx, workspaceId, channelId)
  if (!channel || channel.state === 'disconnected') return undefined
  return {
    channel,
    message: { remoteId: newest.remote_id, ref: newest.ref },
    place: { workspaceId, channelId, threadKey: newest.thread_key },
  }
}
