import { createReadStream } from 'node:fs'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Export } from '../../../contract/exports.ts'
import { listOf } from '../../../contract/http.ts'
import { ExportId } from '../../../contract/ids.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import { askExport, fetchExport, readExport, readExports, removeExport } from './ask-export.ts'
import type { ExportDeps } from './deps.ts'

const tags = ['exports']
const params = z.object({ id: ExportId })
const config = { access: 'export-everything' } as const

/** Everything of the workspace in one archive: asking for it, watching it, fetching it. */
export function registerExports(
  app: App,
  deps: ExportDeps & { actorOf(request: FastifyRequest): Actor },
): void {
  const { actorOf } = deps
  app.get(
    '/api/v1/exports',
    {
      config,
      schema: { summary: 'Exports, newest first', tags, response: { 200: listOf(Export) } },
    },
    async (request) => ({ items: await readExports(deps, actorOf(request)), next: null }),
  )
  app.post(
    '/api/v1/exports',
    {
      config,
      schema: {
        summary: 'Have everything of the workspace written into an archive',
        tags,
        response: { 202: Export },
      },
    },
    async (request, reply) => {
      reply.code(202)
      return askExport(deps, actorOf(request))
    },
  )
  app.get(
    '/api/v1/exports/:id',
    {
      config,
      schema: { summary: 'How far an export is', tags, params, response: { 200: Export } },
    },
    (request) => readExport(deps, actorOf(request), request.params.id),
  )
  app.delete(
    '/api/v1/exports/:id',
    {
      config,
      schema: {
        summary: 'End an export that is being made, or remove its file',
        tags,
        params,
        response: { 200: Export },
      },
    },
    (request) => removeExport(deps, actorOf(request), request.params.id),
  )
  app.get(
    '/api/v1/exports/:id/file',
    { config, schema: { summary: 'The archive itself (tar, gzip)', tags, params } },
    async (request, reply) => {
      const { file, bytes } = await fetchExport(deps, actorOf(request), request.params.id)
      const day = new Date().toISOString().slice(0, 10)
      return reply
        .header('content-type', 'application/gzip')
        .header('content-length', bytes)
        .header('content-disposition', `attachment; filename="parley-export-${day}.tar.gz"`)
        .send(createReadStream(file))
    },
  )
}
