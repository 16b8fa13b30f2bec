import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AsideEvent, ReplayOutcome } from '../../../contract/events.ts'
import { listOf, PageQuery } from '../../../contract/http.ts'
import { EventId } from '../../../contract/ids.ts'
import { badField } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import type { IngestDeps } from './deps.ts'
import { listAside, replayEvent } from './replay-event.ts'

export type IngestRouteDeps = IngestDeps & { actorOf(request: FastifyRequest): Actor }

const tags = ['operating']

/** What could not be understood, for operators. */
export function registerIngest(app: App, deps: IngestRouteDeps): void {
  app.get(
    '/api/v1/aside',
    {
      config: { access: 'operate' },
      schema: {
        summary: 'Events that could not be understood, oldest first',
        tags,
        querystring: PageQuery,
        response: { 200: listOf(AsideEvent) },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query
      const after = cursor === undefined ? undefined : EventId.safeParse(cursor)
      if (after && !after.success) throw badField('cursor', 'is not a cursor of this list')
      const items = await listAside(deps, deps.actorOf(request), {
        limit,
        ...(after?.data ? { after: after.data } : {}),
      })
      return { items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null }
    },
  )
  app.post(
    '/api/v1/aside/:id/replay',
    {
      config: { access: 'operate' },
      schema: {
        summary: 'Try an event that was kept aside again',
        tags,
        params: z.object({ id: EventId }),
        response: { 200: ReplayOutcome },
      },
    },
    (request) => replayEvent(deps, deps.actorOf(request), request.params.id),
  )
}
