import { follows, getAccount } from './store/accounts.ts'
import type { Db } from './store/database.ts'
import { listMentions, type Status } from './store/statuses.ts'

/** Whether `viewerId` (null: a stranger) may read the status. */
export function canSee(db: Db, status: Status, viewerId: string | null): boolean {
  if (status.visibility === 'public' || status.visibility === 'unlisted') return true
  if (viewerId === null) return false
  if (viewerId === status.account_id) return true
  if (listMentions(db, status.id).includes(viewerId)) return true
  const author = getAccount(db, status.account_id)
  return status.visibility === 'private' && author !== undefined && follows(db, viewerId, author)
}
