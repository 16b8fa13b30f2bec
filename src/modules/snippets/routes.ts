import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listOf } from '../../../contract/http.ts'
import { SnippetId } from '../../../contract/ids.ts'
import { Snippet, SnippetChange, SnippetInput } from '../../../contract/snippets.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import {
  changeSnippet,
  createSnippet,
  listSnippets,
  removeSnippet,
  type SnippetDeps,
} from './snippets.ts'

export type SnippetRouteDeps = SnippetDeps & { actorOf(request: FastifyRequest): Actor }

const tags = ['replies']
const params = z.object({ id: SnippetId })

/** Starting points for replies. */
export function registerSnippets(app: App, deps: SnippetRouteDeps): void {
  app.get(
    '/api/v1/snippets',
    {
      config: { access: 'read-conversations' },
      schema: {
        summary: 'Snippets: everybody’s and one’s own',
        tags,
        response: { 200: listOf(Snippet) },
      },
    },
    async (request) => ({ items: await listSnippets(deps, deps.actorOf(request)), next: null }),
  )
  app.post(
    '/api/v1/snippets',
    {
      config: { access: 'draft' },
      schema: { summary: 'Add a snippet', tags, body: SnippetInput, response: { 201: Snippet } },
    },
    async (request, reply) => {
      reply.code(201)
      return createSnippet(deps, deps.actorOf(request), request.body)
    },
  )
  app.patch(
    '/api/v1/snippets/:id',
    {
      config: { access: 'draft' },
      schema: {
        summary: 'Change a snippet',
        tags,
        params,
        body: SnippetChange,
        response: { 200: Snippet },
      },
    },
    (request) => changeSnippet(deps, deps.actorOf(request), request.params.id, request.body),
  )
  app.delete(
    '/api/v1/snippets/:id',
    {
      config: { access: 'draft' },
      schema: { summary: 'Remove a snippet', tags, params, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await removeSnippet(deps, deps.actorOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
}
