import { sql } from 'kysely'
import { ConversationId } from '../../../contract/ids.ts'
import type { NetworkMessage } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'
import type { ConversationKey, Group, Opened } from './open-conversations.ts'
import type { ChannelKey } from './receive-store.ts'

/** A customer's new messages and the conversation they belong to. */
export type Placed = {
  key: ConversationKey
  conversationId: ConversationId
  /** Their thread's own conversation, where that is another one. */
  homeId: ConversationId | null
  opened: boolean
  messages: NetworkMessage[]
}

/**
 * Where new messages go: to the conversation of their thread and person, but one that answers a message
 * which was split off goes where that one stands now, and so do those that answer it in turn.
 */
export async function placeMessages(
  tx: Tx,
  channel: ChannelKey,
  groups: ReadonlyMap<string, Group>,
  conversations: ReadonlyMap<string, Opened>,
): Promise<Placed[]> {
  const known = [...groups].flatMap(([name, { messages }]) =>
    conversations.get(name)?.opened === false ? messages : [],
  )
  const moved = await findMoved(tx, channel, known)
  return [...groups].flatMap(([name, { key, messages }]) => {
    const conversation = conversations.get(name)
    if (!conversation) throw new Error(`conversation of ${name} was not opened`)
    const { home, opened } = conversation
    const ordered = messages.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
    const placeOf = (message: NetworkMessage) => {
      const parent = message.parentId === null ? undefined : moved.get(message.parentId)
      const place = parent?.home === home ? parent.id : conversation.id
      if (place !== conversation.id) moved.set(message.remoteId, { id: place, home })
      return place
    }
    const byPlace = Map.groupBy(ordered, placeOf)
    return [...byPlace].map(([id, some]) => ({
      key,
      conversationId: id,
      homeId: id === home ? null : home,
      opened,
      messages: some,
    }))
  })
}

/** Of the messages that these answer, those that do not stand in their own thread's conversation. */
async function findMoved(
  tx: Tx,
  { workspaceId, channelId }: ChannelKey,
  messages: readonly NetworkMessage[],
): Promise<Map<string, Omit<Opened, 'opened'>>> {
  const parents = messages.flatMap(({ parentId }) => (parentId === null ? [] : [parentId]))
  if (parents.length === 0) return new Map()
  type Row = { remote_id: string; conversation_id: string; home_id: string }
  const { rows } = await sql<Row>`
    select remote_id, conversation_id, home_id from messages
    where workspace_id = ${workspaceId} and channel_id = ${channelId}
      and remote_id = any(${parents}::text[]) and home_id is not null`.execute(tx)
  return new Map(
    rows.map((row) => [
      row.remote_id,
      { id: ConversationId.parse(row.conversation_id), home: ConversationId.parse(row.home_id) },
    ]),
  )
}
