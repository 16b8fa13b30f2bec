import { z } from 'zod'
import { ImportInput, ImportState, importChunkBytes } from '../../../contract/exports.ts'
import { badField } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import type { Imports } from './take-import.ts'

const tags = ['exports']
const params = z.object({ id: z.string().max(100) })
const config = { access: 'open' } as const

/** Bringing a workspace into a fresh instance, before anybody has signed in. Refused once there is one. */
export function registerImports(app: App, imports: Imports): void {
  // A scope of its own: nothing else takes bytes as they are.
  void app.register(async (scope: App) => {
    scope.addContentTypeParser(
      'application/octet-stream',
      { parseAs: 'buffer', bodyLimit: importChunkBytes },
      (_request, body, done) => done(null, body),
    )
    registerPieces(scope, imports)
  })
  app.post(
    '/api/v1/setup/import',
    {
      config,
      schema: {
        summary: 'Begin to bring an export into a fresh instance',
        tags,
        body: ImportInput,
        response: { 201: ImportState },
      },
    },
    async (request, reply) => {
      reply.code(201)
      return imports.begin(request.body)
    },
  )
  app.post(
    '/api/v1/setup/import/:id/start',
    {
      config,
      schema: {
        summary: 'The archive is there: import it',
        tags,
        params,
        response: { 202: ImportState },
      },
    },
    async (request, reply) => {
      reply.code(202)
      return imports.start(request.params.id)
    },
  )
  app.get(
    '/api/v1/setup/import/:id',
    {
      config,
      schema: { summary: 'How far an import is', tags, params, response: { 200: ImportState } },
    },
    async (request) => imports.read(request.params.id),
  )
}

function registerPieces(app: App, imports: Imports): void {
  app.put(
    '/api/v1/setup/import/:id',
    {
      config,
      bodyLimit: importChunkBytes,
      schema: {
        summary: 'Send the next piece of the archive, at most 8 MB (8,388,608 bytes)',
        tags,
        params,
        consumes: ['application/octet-stream'],
        querystring: z.object({ at: z.coerce.number().int().min(0) }),
        response: { 200: ImportState },
      },
    },
    async (request) => {
      const body: unknown = request.body
      if (!(body instanceof Buffer) || body.length === 0)
        throw badField('body', 'is missing: send bytes of the archive, as application/octet-stream')
      return imports.receive(request.params.id, request.query.at, body)
    },
  )
}
