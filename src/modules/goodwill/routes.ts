import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  Goodwill,
  GoodwillChange,
  GoodwillInput,
  GoodwillMonth,
  GoodwillSettings,
} from '../../../contract/goodwill.ts'
import { listOf, PageQuery } from '../../../contract/http.ts'
import { ConversationId, GoodwillId } from '../../../contract/ids.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import {
  changeGoodwill,
  changeGoodwillSettings,
  type GoodwillDeps,
  getGoodwillSettings,
  goodwillOf,
  listGoodwill,
  recordGoodwill,
  removeGoodwill,
  sumGoodwill,
} from './goodwill.ts'

export type GoodwillRouteDeps = GoodwillDeps & { actorOf(request: FastifyRequest): Actor }

const tags = ['goodwill']
const reading = { access: 'read-conversations' } as const
const noting = { access: 'note' } as const
const ofConversation = z.object({ id: ConversationId })
const params = z.object({ id: GoodwillId })

/** Small acts of goodwill and what they cost. */
export function registerGoodwill(app: App, deps: GoodwillRouteDeps): void {
  registerLists(app, deps)
  registerChanges(app, deps)
  app.get(
    '/api/v1/goodwill/settings',
    {
      config: reading,
      schema: { summary: 'The currency of goodwill', tags, response: { 200: GoodwillSettings } },
    },
    (request) => getGoodwillSettings(deps, deps.actorOf(request)),
  )
  app.put(
    '/api/v1/goodwill/settings',
    {
      config: { access: 'manage-workspace' },
      schema: {
        summary: 'Choose the currency of goodwill recorded from now on',
        tags,
        body: GoodwillSettings,
        response: { 200: GoodwillSettings },
      },
    },
    (request) => changeGoodwillSettings(deps, deps.actorOf(request), request.body),
  )
}

function registerLists(app: App, deps: GoodwillRouteDeps): void {
  app.get(
    '/api/v1/goodwill',
    {
      config: reading,
      schema: {
        summary: 'Acts of goodwill, newest first',
        tags,
        querystring: PageQuery,
        response: { 200: listOf(Goodwill) },
      },
    },
    (request) => listGoodwill(deps, deps.actorOf(request), request.query),
  )
  app.get(
    '/api/v1/goodwill/months',
    {
      config: reading,
      schema: {
        summary: 'Acts of goodwill and their cost by month',
        tags,
        response: { 200: listOf(GoodwillMonth) },
      },
    },
    async (request) => ({ items: await sumGoodwill(deps, deps.actorOf(request)), next: null }),
  )
  app.get(
    '/api/v1/conversations/:id/goodwill',
    {
      config: reading,
      schema: {
        summary: 'Acts of goodwill in a conversation',
        tags,
        params: ofConversation,
        response: { 200: listOf(Goodwill) },
      },
    },
    async (request) => ({
      items: await goodwillOf(deps, deps.actorOf(request), request.params.id),
      next: null,
    }),
  )
}

function registerChanges(app: App, deps: GoodwillRouteDeps): void {
  app.post(
    '/api/v1/conversations/:id/goodwill',
    {
      config: noting,
      schema: {
        summary: 'Record an act of goodwill',
        tags,
        params: ofConversation,
        body: GoodwillInput,
        response: { 201: Goodwill },
      },
    },
    async (request, reply) => {
      reply.code(201)
      const place = { conversationId: request.params.id, input: request.body }
      return recordGoodwill(deps, deps.actorOf(request), place)
    },
  )
  app.patch(
    '/api/v1/goodwill/:id',
    {
      config: noting,
      schema: {
        summary: 'Correct an act of goodwill',
        tags,
        params,
        body: GoodwillChange,
        response: { 200: Goodwill },
      },
    },
    (request) =>
      changeGoodwill(deps, deps.actorOf(request), { id: request.params.id, change: request.body }),
  )
  app.delete(
    '/api/v1/goodwill/:id',
    {
      config: noting,
      schema: { summary: 'Remove an act of goodwill', tags, params, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await removeGoodwill(deps, deps.actorOf(request), { id: request.params.id, removed: true })
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/api/v1/goodwill/:id/restore',
    {
      config: noting,
      schema: {
        summary: 'Put a removed act of goodwill back',
        tags,
        params,
        response: { 200: Goodwill },
      },
    },
    (request) =>
      removeGoodwill(deps, deps.actorOf(request), { id: request.params.id, removed: false }),
  )
}
