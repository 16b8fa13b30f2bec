import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listOf, PageQuery } from '../../../contract/http.ts'
import { WebhookCallId, WebhookId } from '../../../contract/ids.ts'
import {
  NewWebhook,
  Webhook,
  WebhookCall,
  WebhookChange,
  WebhookInput,
} from '../../../contract/webhooks.ts'
import { badField } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import {
  callAgain,
  changeWebhook,
  createWebhook,
  getCalls,
  getWebhooks,
  removeWebhook,
  testWebhook,
  type WebhookDeps,
} from './manage-webhooks.ts'

export type WebhookRouteDeps = WebhookDeps & { actorOf(request: FastifyRequest): Actor }

const tags = ['webhooks']
const params = z.object({ id: WebhookId })
const config = { access: 'manage-workspace' } as const

/** Addresses of the workspace's own that are told of events, and the log of it. */
export function registerWebhooks(app: App, deps: WebhookRouteDeps): void {
  const { actorOf } = deps
  app.get(
    '/api/v1/webhooks',
    {
      config,
      schema: { summary: 'Webhooks', tags, response: { 200: listOf(Webhook) } },
    },
    async (request) => ({ items: await getWebhooks(deps, actorOf(request)), next: null }),
  )
  app.post(
    '/api/v1/webhooks',
    {
      config,
      schema: {
        summary: 'Have an address told of events; the secret is told this once',
        tags,
        body: WebhookInput,
        response: { 201: NewWebhook },
      },
    },
    async (request, reply) => {
      reply.code(201)
      return createWebhook(deps, actorOf(request), request.body)
    },
  )
  app.patch(
    '/api/v1/webhooks/:id',
    {
      config,
      schema: {
        summary: 'Change, pause or resume a webhook',
        tags,
        params,
        body: WebhookChange,
        response: { 200: Webhook },
      },
    },
    (request) => changeWebhook(deps, actorOf(request), request.params.id, request.body),
  )
  app.delete(
    '/api/v1/webhooks/:id',
    {
      config,
      schema: {
        summary: 'Remove a webhook with its log',
        tags,
        params,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await removeWebhook(deps, actorOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
  registerLog(app, deps)
}

function registerLog(app: App, deps: WebhookRouteDeps): void {
  const { actorOf } = deps
  app.post(
    '/api/v1/webhooks/:id/test',
    {
      config,
      schema: {
        summary: 'Send a test to a webhook',
        tags,
        params,
        response: { 202: WebhookCall },
      },
    },
    async (request, reply) => {
      reply.code(202)
      return testWebhook(deps, actorOf(request), request.params.id)
    },
  )
  app.get(
    '/api/v1/webhooks/:id/calls',
    {
      config,
      schema: {
        summary: 'What a webhook was told and what it answered, newest first',
        tags,
        params,
        querystring: PageQuery,
        response: { 200: listOf(WebhookCall) },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query
      const { id } = request.params
      const before = cursor === undefined ? null : readCursor(cursor)
      const found = await getCalls(deps, actorOf(request), { id, before, limit: limit + 1 })
      const items = found.slice(0, limit)
      return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
  )
  app.post(
    '/api/v1/webhook-calls/:id/again',
    {
      config,
      schema: {
        summary: 'Tell a webhook of an event once more, under the same id',
        tags,
        params: z.object({ id: WebhookCallId }),
        response: { 202: WebhookCall },
      },
    },
    async (request, reply) => {
      reply.code(202)
      return callAgain(deps, actorOf(request), request.params.id)
    },
  )
}

function readCursor(cursor: string): WebhookCallId {
  const id = WebhookCallId.safeParse(cursor)
  if (!id.success) throw badField('cursor', 'is not one of ours: use `next` of the page before')
  return id.data
}
