import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Network } from '../network.ts'
import { inHome } from '../post.ts'
import { findAccount, getAccount } from '../store/accounts.ts'
import { all } from '../store/database.ts'
import { listMedia } from '../store/media.ts'
import { Status } from '../store/statuses.ts'
import { accountView, statusView, withoutOwnDomain } from '../view.ts'
import { canSee } from '../visibility.ts'
import { readerId, requireUser } from './auth.ts'
import { ApiError } from './errors.ts'
import { sendPage } from './pages.ts'
import { flag, list, queryOf } from './params.ts'

const ById = z.object({ id: z.string() })
const window = 4000

/** Profiles and the lists of statuses. */
export function registerAccounts(app: FastifyInstance, net: Network): void {
  app.get('/api/v1/accounts/verify_credentials', async (request) => {
    const { account } = requireUser(net, request, 'profile', 'read', 'read:accounts')
    return {
      ...accountView(net, account),
      source: {
        privacy: 'public',
        sensitive: false,
        language: account.language,
        note: account.note,
        fields: [],
        follow_requests_count: 0,
      },
      role: { id: '-99', name: '', permissions: '0', color: '', highlighted: false },
    }
  })

  app.get('/api/v1/accounts/lookup', async (request) => {
    const name = z.string().parse(queryOf(request).acct)
    const account = findAccount(net.db, withoutOwnDomain(net, name.replace(/^@/, '')))
    if (!account) throw new ApiError(404, 'Record not found')
    return accountView(net, account)
  })

  app.get('/api/v1/accounts/relationships', async (request) => {
    requireUser(net, request, 'read', 'read:follows')
    return list.parse(queryOf(request).id).flatMap((id) => {
      const account = getAccount(net.db, id)
      return account ? [relationship(account)] : []
    })
  })

  app.get('/api/v1/accounts/:id', async (request) => {
    readerId(net, request)
    return accountView(net, mustExist(net, request.params))
  })

  app.get('/api/v1/accounts/:id/statuses', async (request, reply) => {
    const viewer = readerId(net, request)
    const account = mustExist(net, request.params)
    const asked = StatusFilter.parse(queryOf(request))
    const sql = `select * from (select * from statuses where account_id = ? and deleted_at is null
      order by id desc limit ${window}) order by id`
    const items = all(net.db, Status, sql, account.id).filter(
      (status) =>
        canSee(net.db, status, viewer) &&
        !(asked.exclude_replies && isReplyToOther(status)) &&
        !(asked.only_media && listMedia(net.db, status.id).length === 0) &&
        !asked.pinned &&
        (asked.tagged === undefined || status.text.toLowerCase().includes(`#${asked.tagged}`)),
    )
    const page = { base: net.base(), items, idOf: (s: Status) => s.id, limit: 20, max: 40 }
    return sendPage(request, reply, page).map((status) => statusView(net, status, viewer))
  })

  app.get('/api/v1/timelines/home', async (request, reply) => {
    const { account } = requireUser(net, request, 'read', 'read:statuses')
    const items = recent(net).filter((status) => {
      const author = getAccount(net.db, status.account_id)
      return author !== undefined && inHome(net, account.id, status, author)
    })
    const page = { base: net.base(), items, idOf: (s: Status) => s.id, limit: 20, max: 40 }
    return sendPage(request, reply, page).map((status) => statusView(net, status, account.id))
  })

  app.get('/api/v1/timelines/public', async (request, reply) => {
    const viewer = readerId(net, request)
    const items = recent(net).filter((status) => status.visibility === 'public')
    const page = { base: net.base(), items, idOf: (s: Status) => s.id, limit: 20, max: 40 }
    return sendPage(request, reply, page).map((status) => statusView(net, status, viewer))
  })
}

const StatusFilter = z.object({
  exclude_replies: flag,
  only_media: flag,
  exclude_reblogs: flag,
  pinned: flag,
  tagged: z.string().toLowerCase().optional(),
})

/** The newest statuses in ascending order; timelines reach back this far, as Mastodon's do. */
function recent(net: Network): Status[] {
  const sql = `select * from (select * from statuses where deleted_at is null
    order by id desc limit ${window}) order by id`
  return all(net.db, Status, sql)
}

function isReplyToOther(status: Status): boolean {
  return status.in_reply_to_id !== null && status.in_reply_to_account_id !== status.account_id
}

function mustExist(net: Network, params: unknown) {
  const account = getAccount(net.db, ById.parse(params).id)
  if (!account) throw new ApiError(404, 'Record not found')
  return account
}

function relationship(account: { id: string; followed: number; follows_shop: number }) {
  return {
    id: account.id,
    following: account.followed === 1,
    showing_reblogs: true,
    notifying: false,
    languages: null,
    followed_by: account.follows_shop === 1,
    blocking: false,
    blocked_by: false,
    muting: false,
    muting_notifications: false,
    requested: false,
    requested_by: false,
    domain_blocking: false,
    endorsed: false,
    note: '',
  }
}
