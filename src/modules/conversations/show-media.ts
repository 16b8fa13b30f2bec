import { z } from 'zod'
import { ChannelId, type MessageId } from '../../../contract/ids.ts'
import { ConnectorError } from '../../connectors/contract.ts'
import { inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import type { Reencoded } from '../../platform/images.ts'
import { type Actor, authorize } from '../access/index.ts'
import { findChannel, openSession } from '../channels/index.ts'
import { fetchRemoteImage, reencodeRemoteImage } from '../media/index.ts'
import type { ConversationDeps } from './deps.ts'
import { canReadConversations } from './policy.ts'
import { StoredRemoteMedia } from './view.ts'

type Stored = z.infer<typeof StoredRemoteMedia>[number]
type Found = { media: Stored; ref: z.infer<ReturnType<typeof z.json>>; channelId: ChannelId }

/** A picture of a message, as this server wrote it anew. @throws AppError `not-found`, `unavailable`, `refused` */
export async function showMedia(
  deps: ConversationDeps,
  actor: Actor,
  messageId: MessageId,
  index: number,
): Promise<Pick<Reencoded, 'bytes' | 'mime'>> {
  const found = await findMedia(deps, actor, messageId, index)
  const { media } = found
  if (media.ref !== undefined && media.kind === 'image')
    return reencodeRemoteImage(await readBytes(deps, actor, found))
  const url = media.kind === 'image' ? media.url : media.previewUrl
  if (!url) throw notFound()
  return fetchRemoteImage(deps.http, url)
}

/** A file that came with a message, as it came: to be saved, never to be run or shown here. */
export async function readFile(
  deps: ConversationDeps,
  actor: Actor,
  messageId: MessageId,
  index: number,
): Promise<{ bytes: Uint8Array; name: string }> {
  const found = await findMedia(deps, actor, messageId, index)
  if (found.media.ref === undefined) throw notFound()
  return {
    bytes: await readBytes(deps, actor, found),
    name: found.media.name ?? `file-${index + 1}`,
  }
}

async function findMedia(
  deps: ConversationDeps,
  actor: Actor,
  messageId: MessageId,
  index: number,
): Promise<Found> {
  authorize(actor, canReadConversations(actor))
  const row = await inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
    tx
      .selectFrom('messages')
      .select(['media', 'ref', 'channel_id'])
      .where('workspace_id', '=', actor.workspaceId)
      .where('id', '=', messageId)
      .executeTakeFirst(),
  )
  const media = row && StoredRemoteMedia.parse(row.media)[index]
  if (!media) throw notFound()
  return { media, ref: z.json().parse(row.ref), channelId: ChannelId.parse(row.channel_id) }
}

/** Through the channel's own connection, where the network does not serve files by address. */
async function readBytes(
  deps: ConversationDeps,
  actor: Actor,
  { media, ref, channelId }: Found,
): Promise<Uint8Array> {
  const channel = await inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
    findChannel(tx, actor.workspaceId, channelId),
  )
  if (!channel || channel.state === 'disconnected')
    throw new AppError('refused', 'The account is disconnected. Connect it again to see its files.')
  const { connector, session } = await openSession(deps, channel, 'media')
  if (!connector.media || media.ref === undefined) throw notFound()
  try {
    return await connector.media(session, { ref }, media.ref)
  } catch (cause) {
    if (!(cause instanceof ConnectorError)) throw cause
    const { failure } = cause
    if (failure.kind === 'rejected')
      throw new AppError('not-found', `The file cannot be had: ${failure.reason}.`, { cause })
    throw new AppError('unavailable', `The file cannot be had now: ${failure.detail}`, { cause })
  }
}

function notFound(): AppError {
  return new AppError('not-found', 'There is no such picture.')
}
