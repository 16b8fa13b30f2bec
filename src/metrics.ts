import { sql } from 'kysely'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Db } from './platform/db.ts'
import type { App } from './platform/http-server.ts'

/** Metrics of this process and, asked when they are read, of the work that waits. */
export function createMetrics(
  app: App,
  dispatch: Db,
  browsers: () => number,
): () => Promise<string> {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'parley_' })
  const requests = new Histogram({
    name: 'parley_http_request_seconds',
    help: 'Time to answer, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    requests.observe(
      { method: request.method, route, status: reply.statusCode },
      reply.elapsedTime / 1000,
    )
  })
  new Gauge({
    name: 'parley_live_browsers',
    help: 'Browsers connected to the live events of this process',
    registers: [registry],
    collect() {
      this.set(browsers())
    },
  })
  countRows(registry, dispatch, 'deliveries', 'Deliveries by state')
  countRows(registry, dispatch, 'events', 'Events by state: aside and pending ones', [
    'aside',
    'pending',
  ])
  countRows(registry, dispatch, 'channels', 'Channels by state')
  return () => registry.metrics()
}

function countRows(
  registry: Registry,
  dispatch: Db,
  table: 'deliveries' | 'events' | 'channels',
  help: string,
  only?: readonly string[],
): void {
  new Gauge({
    name: `parley_${table}`,
    help,
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      this.reset()
      const among = only ? sql`where state = any(${only}::text[])` : sql``
      const { rows } = await sql<{ state: string; count: number }>`
        select state, count(*) as count from ${sql.table(table)} ${among} group by state`.execute(
        dispatch,
      )
      for (const { state, count } of rows) this.set({ state }, count)
    },
  })
}
