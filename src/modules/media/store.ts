import { MediaId, type WorkspaceId } from '../../../contract/ids.ts'
import type { OutgoingMedia } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'

export type StoredMedia = {
  id: MediaId
  mime: string
  width: number
  height: number
  bytes: Buffer
}

export async function insertMedia(
  tx: Tx,
  workspaceId: WorkspaceId,
  media: StoredMedia & { createdBy: string },
): Promise<void> {
  const { id, mime, width, height, bytes, createdBy } = media
  await tx
    .insertInto('media')
    .values({ workspace_id: workspaceId, id, mime, width, height, bytes, created_by: createdBy })
    .execute()
}

export async function findMedia(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: MediaId,
): Promise<StoredMedia | undefined> {
  const row = await tx
    .selectFrom('media')
    .select(['id', 'mime', 'width', 'height', 'bytes'])
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && { ...row, id: MediaId.parse(row.id) }
}

/** Uploaded pictures ready to be sent, in the order asked. @throws Error when one is missing */
export async function loadMedia(
  tx: Tx,
  workspaceId: WorkspaceId,
  wanted: readonly { id: MediaId; alt: string }[],
): Promise<OutgoingMedia[]> {
  const loaded: OutgoingMedia[] = []
  for (const { id, alt } of wanted) {
    const media = await findMedia(tx, workspaceId, id)
    if (!media) throw new Error(`picture ${id} is missing`)
    const { mime, width, height, bytes } = media
    loaded.push({ bytes, mime, alt, width, height })
  }
  return loaded
}

/** Ids among these that the workspace does not have. */
export async function missingMedia(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly MediaId[],
): Promise<MediaId[]> {
  if (ids.length === 0) return []
  const rows = await tx
    .selectFrom('media')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('id', 'in', [...ids])
    .execute()
  const present = new Set(rows.map((row) => row.id))
  return ids.filter((id) => !present.has(id))
}
