import type { MessageId } from '../../../contract/ids.ts'
import { inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import type { Reencoded } from '../../platform/images.ts'
import { type Actor, authorize } from '../access/index.ts'
import { fetchRemoteImage } from '../media/index.ts'
import type { ConversationDeps } from './deps.ts'
import { canReadConversations } from './policy.ts'
import { StoredRemoteMedia } from './view.ts'

/** A picture of a message, as this server wrote it anew. @throws AppError `not-found`, `unavailable`, `refused` */
export async function showMedia(
  deps: ConversationDeps,
  actor: Actor,
  messageId: MessageId,
  index: number,
): Promise<Pick<Reencoded, 'bytes' | 'mime'>> {
  authorize(actor, canReadConversations(actor))
  const row = await inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
    tx
      .selectFrom('messages')
      .select('media')
      .where('workspace_id', '=', actor.workspaceId)
      .where('id', '=', messageId)
      .executeTakeFirst(),
  )
  const media = row && StoredRemoteMedia.parse(row.media)[index]
  const url = media && (media.kind === 'image' ? media.url : media.previewUrl)
  if (!url) throw new AppError('not-found', 'There is no such picture.')
  return fetchRemoteImage(deps.http, url)
}
