import { z } from 'zod'
import { all, type Db, one, run } from './database.ts'

export const Visibility = z.enum(['public', 'unlisted', 'private', 'direct'])
export type Visibility = z.infer<typeof Visibility>

export const Status = z.object({
  id: z.string(),
  account_id: z.string(),
  text: z.string(),
  spoiler: z.string(),
  visibility: Visibility,
  language: z.string().nullable(),
  sensitive: z.number(),
  in_reply_to_id: z.string().nullable(),
  in_reply_to_account_id: z.string().nullable(),
  thread_id: z.string(),
  idempotency_key: z.string().nullable(),
  application: z.string().nullable(),
  created_at: z.number(),
  edited_at: z.number().nullable(),
  deleted_at: z.number().nullable(),
})
export type Status = z.infer<typeof Status>

const Count = z.object({ n: z.number() })

/** A status that still stands; deleted ones answer undefined. */
export function getStatus(db: Db, id: string): Status | undefined {
  return one(db, Status, 'select * from statuses where id = ? and deleted_at is null', id)
}

export function insertStatus(db: Db, s: Status): void {
  run(
    db,
    `insert into statuses (id, account_id, text, spoiler, visibility, language, sensitive,
       in_reply_to_id, in_reply_to_account_id, thread_id, idempotency_key, application, created_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    s.id,
    s.account_id,
    s.text,
    s.spoiler,
    s.visibility,
    s.language,
    s.sensitive,
    s.in_reply_to_id,
    s.in_reply_to_account_id,
    s.thread_id,
    s.idempotency_key,
    s.application,
    s.created_at,
  )
}

/** Stores the changed words of a status and keeps the former ones in its history. */
export function replaceText(db: Db, before: Status, after: Status): void {
  run(
    db,
    'insert into edits (status_id, text, spoiler, sensitive, created_at) values (?, ?, ?, ?, ?)',
    before.id,
    before.text,
    before.spoiler,
    before.sensitive,
    before.edited_at ?? before.created_at,
  )
  run(
    db,
    `update statuses set text = ?, spoiler = ?, sensitive = ?, language = ?, edited_at = ?
     where id = ?`,
    after.text,
    after.spoiler,
    after.sensitive,
    after.language,
    after.edited_at,
    after.id,
  )
}

export const Edit = Status.pick({ text: true, spoiler: true, sensitive: true, created_at: true })

export function listEdits(db: Db, id: string): z.infer<typeof Edit>[] {
  return all(
    db,
    Edit,
    'select text, spoiler, sensitive, created_at from edits where status_id = ? order by rowid',
    id,
  )
}

export function markDeleted(db: Db, id: string, at: number): void {
  run(db, 'update statuses set deleted_at = ? where id = ?', at, id)
  run(db, 'delete from notifications where status_id = ?', id)
}

export function setMentions(db: Db, statusId: string, accountIds: string[]): void {
  run(db, 'delete from mentions where status_id = ?', statusId)
  for (const id of accountIds) {
    run(db, 'insert or ignore into mentions (status_id, account_id) values (?, ?)', statusId, id)
  }
}

export function listMentions(db: Db, statusId: string): string[] {
  const shape = z.object({ account_id: z.string() })
  const sql = 'select account_id from mentions where status_id = ? order by rowid'
  return all(db, shape, sql, statusId).map((row) => row.account_id)
}

/** The whole thread, oldest first, deleted ones left out. */
export function listThread(db: Db, threadId: string): Status[] {
  const sql = 'select * from statuses where thread_id = ? and deleted_at is null order by id'
  return all(db, Status, sql, threadId)
}

/** Everything that ever was, newest first, deleted ones too: for the ground truth and the pages. */
export function listEverything(db: Db, accountId: string | null, limit: number): Status[] {
  return all(
    db,
    Status,
    'select * from statuses where (?1 is null or account_id = ?1) order by id desc limit ?2',
    accountId,
    limit,
  )
}

export function countReplies(db: Db, id: string): number {
  const sql =
    "select count(*) as n from statuses where in_reply_to_id = ? and deleted_at is null and visibility in ('public', 'unlisted')"
  return one(db, Count, sql, id)?.n ?? 0
}

export function countStatuses(db: Db, accountId: string): number {
  const sql =
    "select count(*) as n from statuses where account_id = ? and deleted_at is null and visibility <> 'direct'"
  return one(db, Count, sql, accountId)?.n ?? 0
}

export function countReactions(db: Db, statusId: string, kind: Reaction): number {
  const sql = 'select count(*) as n from reactions where status_id = ? and kind = ?'
  return one(db, Count, sql, statusId, kind)?.n ?? 0
}

export function hasReacted(db: Db, statusId: string, by: string, kind: Reaction): boolean {
  const sql =
    'select count(*) as n from reactions where status_id = ? and account_id = ? and kind = ?'
  return (one(db, Count, sql, statusId, by, kind)?.n ?? 0) > 0
}

/** Sets or takes back a reaction; tells whether anything changed. */
export function setReaction(db: Db, at: ReactionPlace, on: boolean): boolean {
  const sql = on
    ? 'insert or ignore into reactions (status_id, account_id, kind) values (?, ?, ?)'
    : 'delete from reactions where status_id = ? and account_id = ? and kind = ?'
  return run(db, sql, at.statusId, at.accountId, at.kind) > 0
}

export function listReactors(db: Db, statusId: string, kind: Reaction): string[] {
  const shape = z.object({ account_id: z.string() })
  const sql = 'select account_id from reactions where status_id = ? and kind = ?'
  return all(db, shape, sql, statusId, kind).map((row) => row.account_id)
}

export type Reaction = 'favourite' | 'reblog'
export type ReactionPlace = { statusId: string; accountId: string; kind: Reaction }
