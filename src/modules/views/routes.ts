import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listOf } from '../../../contract/http.ts'
import { ViewId } from '../../../contract/ids.ts'
import { SavedView, ViewChange, ViewInput } from '../../../contract/views.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import {
  changeView,
  createView,
  listViews,
  removeView,
  restoreView,
  type ViewContext,
} from './manage-views.ts'

export type ViewDeps = ViewContext & { actorOf(request: FastifyRequest): Actor }

const tags = ['views']
const params = z.object({ id: ViewId })
const config = { access: 'read-conversations' } as const

/** Saved lists of the inbox. */
export function registerViews(app: App, deps: ViewDeps): void {
  app.get(
    '/api/v1/views',
    {
      config,
      schema: {
        summary: 'Saved views, with how many conversations each holds',
        tags,
        response: { 200: listOf(SavedView) },
      },
    },
    async (request) => ({ items: await listViews(deps, deps.actorOf(request)), next: null }),
  )
  app.post(
    '/api/v1/views',
    {
      config,
      schema: {
        summary: 'Save a view',
        description: 'With a key only shared ones: a key has no views of its own.',
        tags,
        body: ViewInput,
        response: { 201: SavedView },
      },
    },
    async (request, reply) => {
      reply.code(201)
      return createView(deps, deps.actorOf(request), request.body)
    },
  )
  registerOne(app, deps)
}

function registerOne(app: App, deps: ViewDeps): void {
  app.patch(
    '/api/v1/views/:id',
    {
      config,
      schema: {
        summary: 'Change a saved view',
        tags,
        params,
        body: ViewChange,
        response: { 200: SavedView },
      },
    },
    (request) => changeView(deps, deps.actorOf(request), request.params.id, request.body),
  )
  app.delete(
    '/api/v1/views/:id',
    {
      config,
      schema: { summary: 'Remove a saved view', tags, params, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await removeView(deps, deps.actorOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/api/v1/views/:id/restore',
    {
      config,
      schema: {
        summary: 'Bring a removed view back',
        tags,
        params,
        response: { 200: SavedView },
      },
    },
    (request) => restoreView(deps, deps.actorOf(request), request.params.id),
  )
}
