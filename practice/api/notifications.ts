import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Network } from '../network.ts'
import {
  type Conversation,
  deleteConversation,
  dismiss,
  getNotification,
  listConversations,
  listNotifications,
  markRead,
  type Notification,
} from '../store/notifications.ts'
import { getStatus } from '../store/statuses.ts'
import { conversationView, notificationView } from '../view.ts'
import { requireUser } from './auth.ts'
import { ApiError } from './errors.ts'
import { sendPage } from './pages.ts'
import { list, queryOf } from './params.ts'

const ById = z.object({ id: z.string() })
const read = ['read', 'read:notifications'] as const

/** Notifications and private conversations. */
export function registerNotifications(app: FastifyInstance, net: Network): void {
  app.get('/api/v1/notifications', async (request, reply) => {
    const { account } = requireUser(net, request, ...read)
    const asked = Filter.parse(queryOf(request))
    const items = listNotifications(net.db, account.id, net.now()).filter(
      (note) =>
        (asked.types.length === 0 || asked.types.includes(note.type)) &&
        !asked.exclude_types.includes(note.type) &&
        (asked.account_id === undefined || note.from_id === asked.account_id),
    )
    const page = { base: net.base(), items, idOf: (n: Notification) => n.id, limit: 40, max: 80 }
    return spoil(
      net,
      sendPage(request, reply, page).map((note) => notificationView(net, note)),
    )
  })

  app.get('/api/v1/notifications/:id', async (request) => {
    const { account } = requireUser(net, request, ...read)
    const note = getNotification(net.db, ById.parse(request.params).id)
    if (note?.account_id !== account.id) throw new ApiError(404, 'Record not found')
    return notificationView(net, note)
  })

  app.post('/api/v1/notifications/clear', async (request) => {
    const { account } = requireUser(net, request, 'write', 'write:notifications')
    dismiss(net.db, account.id, null)
    return {}
  })

  app.post('/api/v1/notifications/:id/dismiss', async (request) => {
    const { account } = requireUser(net, request, 'write', 'write:notifications')
    dismiss(net.db, account.id, ById.parse(request.params).id)
    return {}
  })

  app.get('/api/v1/conversations', async (request, reply) => {
    const { account } = requireUser(net, request, 'read', 'read:statuses')
    const items = listConversations(net.db, account.id)
      .filter((each) => getStatus(net.db, each.last_status_id) !== undefined)
      .reverse()
    const idOf = (each: Conversation) => each.last_status_id
    const page = { base: net.base(), items, idOf, limit: 20, max: 40 }
    return sendPage(request, reply, page).map((each) => conversationView(net, each))
  })

  app.post('/api/v1/conversations/:id/read', async (request) => {
    const { account } = requireUser(net, request, 'write', 'write:conversations')
    const conversation = markRead(net.db, account.id, ById.parse(request.params).id)
    if (!conversation) throw new ApiError(404, 'Record not found')
    return conversationView(net, conversation)
  })

  app.delete('/api/v1/conversations/:id', async (request) => {
    const { account } = requireUser(net, request, 'write', 'write:conversations')
    if (!deleteConversation(net.db, account.id, ById.parse(request.params).id)) {
      throw new ApiError(404, 'Record not found')
    }
    return {}
  })
}

const Filter = z.object({
  types: list,
  exclude_types: list,
  account_id: z.string().optional(),
})

/** The faults that spoil a list of notifications: twice, reversed, one that does not parse. */
function spoil<T extends { id: string; type: string }>(net: Network, notes: T[]): unknown[] {
  if (notes.length === 0) return notes
  let told: unknown[] = notes
  if (net.faults.take('duplicate', 'notifications')) told = notes.flatMap((n) => [n, n])
  if (notes.length > 1 && net.faults.take('out-of-order', 'notifications')) {
    told = [...told].reverse()
  }
  if (net.faults.take('unparseable', 'notifications')) {
    const broken = { id: notes[0]?.id, type: notes[0]?.type, created_at: 'yesterday', status: 7 }
    told = [broken, ...told.slice(1)]
  }
  return told
}
