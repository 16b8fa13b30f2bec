import { MediaId } from '../../../contract/ids.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { badField } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { ImageRefused, reencodeImage } from '../../platform/images.ts'
import { type Actor, actorTag, authorize, can } from '../access/index.ts'
import { insertMedia, type StoredMedia } from './store.ts'

/** Larger uploads are made smaller; networks that take less get a smaller copy when it is sent. */
const mostBytes = 8 * 1024 * 1024

/** Takes in a picture: measured, decoded apart, written anew without its metadata. */
export async function uploadMedia(
  db: Db,
  actor: Actor,
  file: { bytes: Uint8Array },
): Promise<StoredMedia> {
  authorize(actor, can(actor, 'draft'))
  const { bytes, mime, width, height } = await reencode(file.bytes)
  const media = { id: newId(MediaId), bytes, mime, width, height }
  await inWorkspace(db, actor.workspaceId, (tx) =>
    insertMedia(tx, actor.workspaceId, { ...media, createdBy: actorTag(actor) }),
  )
  return media
}

async function reencode(bytes: Uint8Array) {
  try {
    return await reencodeImage(bytes, {
      maxBytes: mostBytes,
      types: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'],
    })
  } catch (error) {
    if (error instanceof ImageRefused) throw badField('file', error.reason)
    throw error
  }
}
