import type { ConversationId } from '../../../contract/ids.ts'
import { announce, type Tx } from '../../platform/db.ts'
import type { ReceivedMessages, ReceivingChannel } from '../conversations/index.ts'
import { type News, tell } from '../webhooks/index.ts'

/** Tells browsers which conversations changed, and the workspace's webhooks what came in. */
export async function tellChanges(
  tx: Tx,
  channel: ReceivingChannel,
  { changed, opened, added }: ReceivedMessages,
): Promise<void> {
  const { workspaceId, channelId } = channel
  await tellLive(tx, channel, changed)
  await tell(tx, workspaceId, [
    ...opened.map((conversationId): News => {
      const once = `opened:${conversationId}`
      return { type: 'conversation.opened', data: { conversationId, channelId }, once }
    }),
    ...added.map(({ id: messageId, conversationId }): News => {
      return { type: 'message.received', data: { messageId, conversationId, channelId } }
    }),
  ])
}

// A notification for each conversation of a big page would only tell everyone to read everything.
const mostAnnounced = 50

async function tellLive(
  tx: Tx,
  { workspaceId }: ReceivingChannel,
  changed: readonly ConversationId[],
): Promise<void> {
  if (changed.length > mostAnnounced)
    return announce(tx, { workspace: workspaceId, kind: 'resync', id: '' })
  return announce(
    tx,
    ...changed.map((id) => ({ workspace: workspaceId, kind: 'conversation' as const, id })),
  )
}
