import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { DeliveryDecision, DeliveryState, DeliveryView } from '../../../contract/deliveries.ts'
import { listOf, PageQuery } from '../../../contract/http.ts'
import { DeliveryId } from '../../../contract/ids.ts'
import { inWorkspace } from '../../platform/db.ts'
import { badField } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import { cancelDelivery, decideDelivery, retryDelivery } from './decide-delivery.ts'
import type { DeliveryDeps } from './deps.ts'
import { getDelivery, listDeliveries } from './get-deliveries.ts'

export type DeliveryRouteDeps = DeliveryDeps & { actorOf(request: FastifyRequest): Actor }

const tags = ['deliveries']
const params = z.object({ id: DeliveryId })
const response = { 200: DeliveryView }

/** The truth about what is sent, and the acts on it. */
export function registerDeliveries(app: App, deps: DeliveryRouteDeps): void {
  app.get(
    '/api/v1/deliveries',
    {
      config: { access: 'read-conversations' },
      schema: {
        summary: 'Deliveries, newest first',
        tags,
        querystring: PageQuery.extend({ state: z.string().max(100).optional() }),
        response: { 200: listOf(DeliveryView) },
      },
    },
    async (request) => {
      const { cursor, limit, state } = request.query
      const actor = deps.actorOf(request)
      const items = await inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
        listDeliveries(tx, actor, {
          limit,
          ...(state ? { states: parseStates(state) } : {}),
          ...(cursor ? { before: parseCursor(cursor) } : {}),
        }),
      )
      return { items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null }
    },
  )
  app.get(
    '/api/v1/deliveries/:id',
    {
      config: { access: 'read-conversations' },
      schema: { summary: 'One delivery with its attempts', tags, params, response },
    },
    (request) => getDelivery(deps, deps.actorOf(request), request.params.id),
  )
  const acts = {
    cancel: { run: cancelDelivery, summary: 'Take a reply back before it leaves' },
    retry: { run: retryDelivery, summary: 'Send a failed reply again' },
  }
  for (const [name, act] of Object.entries(acts))
    app.post(
      `/api/v1/deliveries/:id/${name}`,
      { config: { access: 'reply' }, schema: { summary: act.summary, tags, params, response } },
      async (request) => {
        const actor = deps.actorOf(request)
        const delivery = await act.run(deps, actor, request.params.id)
        return getDelivery(deps, actor, delivery.id)
      },
    )
  app.post(
    '/api/v1/deliveries/:id/decision',
    {
      config: { access: 'reply' },
      schema: {
        summary: 'Say what became of a reply whose outcome is unknown',
        tags,
        params,
        body: DeliveryDecision,
        response,
      },
    },
    async (request) => {
      const actor = deps.actorOf(request)
      const { id } = await decideDelivery(deps, actor, request.params.id, request.body)
      return getDelivery(deps, actor, id)
    },
  )
}

function parseStates(text: string): DeliveryState[] {
  const parsed = z.array(DeliveryState).safeParse(text.split(','))
  if (!parsed.success) throw badField('state', `must be among ${DeliveryState.options.join(', ')}`)
  return parsed.data
}

function parseCursor(text: string): DeliveryId {
  const parsed = DeliveryId.safeParse(text)
  if (!parsed.success) throw badField('cursor', 'is not a cursor of this list')
  return parsed.data
}
