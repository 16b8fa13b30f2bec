import { z } from 'zod'
import { all, type Db, one, run } from './database.ts'

export const NotificationType = z.enum([
  'mention',
  'status',
  'favourite',
  'reblog',
  'follow',
  'update',
])
export type NotificationType = z.infer<typeof NotificationType>

export const Notification = z.object({
  id: z.string(),
  account_id: z.string(),
  type: NotificationType,
  from_id: z.string(),
  status_id: z.string().nullable(),
  created_at: z.number(),
  visible_at: z.number(),
})
export type Notification = z.infer<typeof Notification>

const columns = 'id, account_id, type, from_id, status_id, created_at, visible_at'

export function insertNotification(db: Db, n: Notification): void {
  run(
    db,
    `insert into notifications (${columns}) values (?, ?, ?, ?, ?, ?, ?)`,
    n.id,
    n.account_id,
    n.type,
    n.from_id,
    n.status_id,
    n.created_at,
    n.visible_at,
  )
}

/** The notifications of one account that may be seen by `now`, oldest first, unsliced. */
export function listNotifications(db: Db, accountId: string, now: number): Notification[] {
  return all(
    db,
    Notification,
    `select ${columns} from notifications
     where account_id = ? and visible_at <= ? and dismissed = 0 order by id`,
    accountId,
    now,
  )
}

export function getNotification(db: Db, id: string): Notification | undefined {
  const sql = `select ${columns} from notifications where id = ? and dismissed = 0`
  return one(db, Notification, sql, id)
}

export function hasNotification(
  db: Db,
  n: Pick<Notification, 'account_id' | 'type' | 'status_id'>,
) {
  const sql = `select ${columns} from notifications where account_id = ? and type = ? and status_id = ?`
  return one(db, Notification, sql, n.account_id, n.type, n.status_id) !== undefined
}

/** Hides one (or with null every) notification of the account. */
export function dismiss(db: Db, accountId: string, id: string | null): void {
  const sql =
    'update notifications set dismissed = 1 where account_id = ?1 and (?2 is null or id = ?2)'
  run(db, sql, accountId, id)
}

export const Conversation = z.object({
  id: z.string(),
  account_id: z.string(),
  thread_id: z.string(),
  last_status_id: z.string(),
  unread: z.number(),
})
export type Conversation = z.infer<typeof Conversation>

/** Notes the newest private message of a thread for one account; unread unless it is its own. */
export function touchConversation(db: Db, c: Conversation): Conversation {
  run(
    db,
    `insert into conversations (id, account_id, thread_id, last_status_id, unread)
     values (?, ?, ?, ?, ?) on conflict (account_id, thread_id) do update
     set last_status_id = excluded.last_status_id, unread = excluded.unread`,
    c.id,
    c.account_id,
    c.thread_id,
    c.last_status_id,
    c.unread,
  )
  const sql = 'select * from conversations where account_id = ? and thread_id = ?'
  return Conversation.parse(one(db, Conversation, sql, c.account_id, c.thread_id))
}

/** Newest message first. */
export function listConversations(db: Db, accountId: string): Conversation[] {
  const sql = 'select * from conversations where account_id = ? order by last_status_id desc'
  return all(db, Conversation, sql, accountId)
}

export function markRead(db: Db, accountId: string, id: string): Conversation | undefined {
  run(db, 'update conversations set unread = 0 where account_id = ? and id = ?', accountId, id)
  const sql = 'select * from conversations where account_id = ? and id = ?'
  return one(db, Conversation, sql, accountId, id)
}

export function deleteConversation(db: Db, accountId: string, id: string): boolean {
  return run(db, 'delete from conversations where account_id = ? and id = ?', accountId, id) > 0
}
