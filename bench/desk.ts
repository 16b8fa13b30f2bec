import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import type { WorkspaceId } from '../contract/ids.ts'
import { createParley } from '../src/app.ts'
import { createKey, createOwner } from '../src/modules/members/index.ts'
import { readConfig } from '../src/platform/config.ts'
import { createLog } from '../src/platform/log.ts'
import { type BenchDatabase, openBenchDatabase } from './database.ts'

/** The whole program on a database of its own, asked over HTTP with a key. */
export type BenchDesk<Filled> = {
  filled: Filled
  workspaceId: WorkspaceId
  database: BenchDatabase
  /** The text of an answer; rejects unless it is a good one. With a body: a POST. */
  ask(path: string, body?: unknown): Promise<string>
  /** A request through the same server and guard that reads nothing. */
  askNothing(): Promise<unknown>
  close(): Promise<void>
}

/** @param fill fills the tables before the program starts, as their owner */
export async function openDesk<Filled>(
  fill: (owner: pg.Client, workspaceId: WorkspaceId) => Promise<Filled>,
): Promise<BenchDesk<Filled>> {
  const home = await mkdtemp(join(tmpdir(), 'parley-bench-desk-'))
  const database = await openBenchDatabase()
  const deps = { db: database.db, clock: () => new Date() }
  const owner = { name: 'Olga', email: 'olga@example.com', password: 'marmalade tram window' }
  const { workspaceId } = await createOwner(deps, { business: 'Bench', ...owner })
  const operator = { kind: 'operator', workspaceId, name: 'bench' } as const
  const { key } = await createKey(deps, operator, { name: 'bench', scopes: ['all'] })
  const filled = await fill(database.owner, workspaceId)
  const many = 1_000_000_000
  const parley = await createParley({
    config: readConfig({ PARLEY_HOME: home }),
    databaseUrl: database.url,
    log: createLog('error'),
    limits: { perCaller: many, perAddress: many },
  })
  const { app } = parley.server
  const nothing = { summary: 'Nothing', tags: ['bench'] }
  app.get(
    '/api/v1/nothing',
    { config: { access: 'read-conversations' }, schema: nothing },
    async () => '',
  )
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen')
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = askerOf({ agent, port: address.port, key })
  return {
    filled,
    workspaceId,
    database,
    ask,
    askNothing: () => ask('/api/v1/nothing'),
    async close() {
      agent.destroy()
      await parley.stop()
      await database.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

function askerOf({ agent, port, key }: { agent: Agent; port: number; key: string }) {
  return (path: string, body?: unknown) =>
    new Promise<string>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      }
      const method = body === undefined ? 'GET' : 'POST'
      const options = { agent, host: '127.0.0.1', port, headers, path, method }
      const sent = request(options, (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (data: string) => {
          text += data
        })
        answer.on('end', () => {
          const { statusCode = 0 } = answer
          if (statusCode >= 200 && statusCode < 300) resolve(text)
          else reject(new Error(`${statusCode} ${text}`))
        })
      }).on('error', reject)
      sent.end(body === undefined ? undefined : JSON.stringify(body))
    })
}
