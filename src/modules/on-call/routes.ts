import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listOf } from '../../../contract/http.ts'
import { PageId, PushSubscriptionId } from '../../../contract/ids.ts'
import {
  CallOrder,
  OnCallPreviewInput,
  OnCallSettings,
  OnCallView,
} from '../../../contract/on-call.ts'
import { PageListQuery, PageView } from '../../../contract/pages.ts'
import {
  PushSettings,
  PushSubscriptionInput,
  PushSubscriptionView,
  PushTestOutcome,
} from '../../../contract/push.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import { acknowledgePage } from './acknowledge.ts'
import { registerPageLinks } from './link-routes.ts'
import {
  getPushSettings,
  type PushRouteDeps,
  subscribePush,
  testPush,
  unsubscribePush,
} from './manage-push.ts'
import { getPage, listPages } from './read-pages.ts'
import { changeOnCall, getOnCall, type OnCallDeps, previewOnCall } from './settings.ts'

export type OnCallRouteDeps = OnCallDeps &
  PushRouteDeps & { actorOf(request: FastifyRequest): Actor }

const tags = ['on call']
const reading = { access: 'read-conversations' } as const
const own = { access: 'signed-in' } as const

/** Who is on call, pages, and the browsers that show them. */
export function registerOnCall(app: App, deps: OnCallRouteDeps): void {
  registerSettings(app, deps)
  registerPages(app, deps)
  registerPush(app, deps)
  registerPageLinks(app, deps)
}

function registerSettings(app: App, deps: OnCallRouteDeps): void {
  app.get(
    '/api/v1/on-call',
    {
      config: reading,
      schema: { summary: 'Who is on call, and what pages', tags, response: { 200: OnCallView } },
    },
    (request) => getOnCall(deps, deps.actorOf(request)),
  )
  app.put(
    '/api/v1/on-call',
    {
      config: { access: 'manage-workspace' },
      schema: {
        summary: 'Set who is on call, and what pages',
        tags,
        body: OnCallSettings,
        response: { 200: OnCallView },
      },
    },
    (request) => changeOnCall(deps, deps.actorOf(request), request.body),
  )
  app.post(
    '/api/v1/on-call/preview',
    {
      config: reading,
      schema: {
        summary: 'Who would be called at a time, by a rota that need not be saved',
        tags,
        body: OnCallPreviewInput,
        response: { 200: CallOrder },
      },
    },
    (request) => previewOnCall(deps, deps.actorOf(request), request.body),
  )
}

function registerPages(app: App, deps: OnCallRouteDeps): void {
  const params = z.object({ id: PageId })
  app.get(
    '/api/v1/pages',
    {
      config: reading,
      schema: {
        summary: 'Pages with everybody they called, newest first',
        tags,
        querystring: PageListQuery,
        response: { 200: listOf(PageView) },
      },
    },
    (request) => listPages(deps, deps.actorOf(request), request.query),
  )
  app.get(
    '/api/v1/pages/:id',
    {
      config: reading,
      schema: { summary: 'One page', tags, params, response: { 200: PageView } },
    },
    (request) => getPage(deps, deps.actorOf(request), request.params.id),
  )
  app.post(
    '/api/v1/pages/:id/acknowledgement',
    {
      config: { access: 'assign' },
      schema: {
        summary: 'Take a page up, so that nobody else is called; one that is over stays as it is',
        tags,
        params,
        response: { 200: PageView },
      },
    },
    (request) => acknowledgePage(deps, deps.actorOf(request), request.params.id),
  )
}

function registerPush(app: App, deps: OnCallRouteDeps): void {
  const params = z.object({ id: PushSubscriptionId })
  app.get(
    '/api/v1/push-subscriptions',
    {
      config: own,
      schema: {
        summary: 'My browsers that show when I am called, and the key to subscribe with',
        tags,
        response: { 200: PushSettings },
      },
    },
    (request) => getPushSettings(deps, deps.actorOf(request)),
  )
  app.post(
    '/api/v1/push-subscriptions',
    {
      config: own,
      schema: {
        summary: 'Have a browser show when I am called',
        tags,
        body: PushSubscriptionInput,
        response: { 201: PushSubscriptionView },
      },
    },
    async (request, reply) => {
      reply.code(201)
      return subscribePush(deps, deps.actorOf(request), request.body)
    },
  )
  app.delete(
    '/api/v1/push-subscriptions/:id',
    {
      config: own,
      schema: {
        summary: 'Show calls no longer in a browser',
        tags,
        params,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await unsubscribePush(deps, deps.actorOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/api/v1/push-subscriptions/:id/test',
    {
      config: own,
      schema: {
        summary: 'Send a test message to a browser',
        tags,
        params,
        response: { 200: PushTestOutcome },
      },
    },
    (request) => testPush(deps, deps.actorOf(request), request.params.id),
  )
}
