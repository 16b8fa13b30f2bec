import { z } from 'zod'
import { all, type Db, one, run } from './database.ts'

export const Account = z.object({
  id: z.string(),
  username: z.string(),
  domain: z.string(),
  display_name: z.string(),
  note: z.string(),
  language: z.string(),
  shop: z.number(),
  followed: z.number(),
  follows_shop: z.number(),
  created_at: z.number(),
})
export type Account = z.infer<typeof Account>

/** `name` for somebody of this server, `name@elsewhere.example` for a person of another one. */
export function acct(account: Account): string {
  return account.domain === '' ? account.username : `${account.username}@${account.domain}`
}

export function getAccount(db: Db, id: string): Account | undefined {
  return one(db, Account, 'select * from accounts where id = ?', id)
}

/** Finds by `name` or `name@domain`, without regard to case. */
export function findAccount(db: Db, name: string): Account | undefined {
  const [username = '', domain = ''] = name.replace(/^@/, '').toLowerCase().split('@')
  return one(
    db,
    Account,
    'select * from accounts where lower(username) = ? and lower(domain) = ?',
    username,
    domain,
  )
}

export function getShop(db: Db): Account {
  return Account.parse(one(db, Account, 'select * from accounts where shop = 1'))
}

export function listPeople(db: Db): Account[] {
  return all(db, Account, 'select * from accounts where shop = 0 order by display_name')
}

export function insertAccount(db: Db, account: Account): void {
  run(
    db,
    `insert into accounts (id, username, domain, display_name, note, language, shop, followed,
       follows_shop, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    account.id,
    account.username,
    account.domain,
    account.display_name,
    account.note,
    account.language,
    account.shop,
    account.followed,
    account.follows_shop,
    account.created_at,
  )
}

export function setFollows(db: Db, id: string, change: { shop?: boolean; person?: boolean }): void {
  if (change.shop !== undefined) {
    run(db, 'update accounts set followed = ? where id = ?', Number(change.shop), id)
  }
  if (change.person !== undefined) {
    run(db, 'update accounts set follows_shop = ? where id = ?', Number(change.person), id)
  }
}

/** Whether `viewer` follows `author`. Only the shop's own follows are kept. */
export function follows(db: Db, viewerId: string, author: Account): boolean {
  const viewer = getAccount(db, viewerId)
  if (!viewer) return false
  if (viewer.shop) return author.followed === 1
  return author.shop === 1 && viewer.follows_shop === 1
}
