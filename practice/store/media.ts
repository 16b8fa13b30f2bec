import { z } from 'zod'
import { all, type Db, one, run } from './database.ts'

export const Media = z.object({
  id: z.string(),
  account_id: z.string(),
  status_id: z.string().nullable(),
  type: z.enum(['image', 'video', 'audio', 'gifv', 'unknown']),
  mime: z.string(),
  description: z.string().nullable(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  focus_x: z.number(),
  focus_y: z.number(),
  ready_at: z.number(),
})
export type Media = z.infer<typeof Media>

const columns =
  'id, account_id, status_id, type, mime, description, width, height, focus_x, focus_y, ready_at'
const Bytes = z.object({ bytes: z.instanceof(Uint8Array).nullable(), mime: z.string() })

export function getMedia(db: Db, id: string): Media | undefined {
  return one(db, Media, `select ${columns} from media where id = ?`, id)
}

export function listMedia(db: Db, statusId: string): Media[] {
  return all(
    db,
    Media,
    `select ${columns} from media where status_id = ? order by position, id`,
    statusId,
  )
}

/** The stored bytes: the file itself or its small picture (always PNG). */
export function readMedia(db: Db, id: string, size: 'original' | 'small') {
  const sql =
    size === 'original'
      ? 'select data as bytes, mime from media where id = ?'
      : "select small as bytes, 'image/png' as mime from media where id = ?"
  const row = one(db, Bytes, sql, id)
  return row?.bytes ? { bytes: Buffer.from(row.bytes), mime: row.mime } : undefined
}

export function insertMedia(
  db: Db,
  m: Media,
  files: { data: Uint8Array; small: Uint8Array | null },
) {
  run(
    db,
    `insert into media (id, account_id, status_id, type, mime, description, width, height,
       focus_x, focus_y, ready_at, data, small) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    m.id,
    m.account_id,
    m.status_id,
    m.type,
    m.mime,
    m.description,
    m.width,
    m.height,
    m.focus_x,
    m.focus_y,
    m.ready_at,
    files.data,
    files.small,
  )
}

export function describeMedia(db: Db, m: Media): void {
  run(
    db,
    'update media set description = ?, focus_x = ?, focus_y = ? where id = ?',
    m.description,
    m.focus_x,
    m.focus_y,
    m.id,
  )
}

export function deleteMedia(db: Db, id: string): void {
  run(db, 'delete from media where id = ?', id)
}

/** Makes exactly these files the attachments of the status, in this order. */
export function attachMedia(db: Db, statusId: string, ids: string[]): void {
  run(db, 'update media set status_id = null where status_id = ?', statusId)
  ids.forEach((id, position) => {
    run(db, 'update media set status_id = ?, position = ? where id = ?', statusId, position, id)
  })
}
