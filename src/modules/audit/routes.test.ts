import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { listOf } from '../../../contract/http.ts'
import { KeyId, WorkspaceId } from '../../../contract/ids.ts'
import { AuditEntry } from '../../../contract/members.ts'
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { inWorkspace } from '../../platform/db.ts'
import { createHttpServer, type HttpServer } from '../../platform/http-server.ts'
import { newId } from '../../platform/ids.ts'
import { createLog } from '../../platform/log.ts'
import type { Actor } from '../access/index.ts'
import { auditRoutes, recordAct } from './index.ts'

let database: TestDatabase
let server: HttpServer
const workspaceId = newId(WorkspaceId)
const key: Actor = {
  kind: 'key',
  workspaceId,
  keyId: newId(KeyId),
  name: 'script',
  scopes: ['all'],
}
let asking: Actor = key

beforeAll(async () => {
  database = await createTestDatabase()
  await inWorkspace(database.db, workspaceId, async (tx) => {
    const row = { id: workspaceId, name: 'B', time_zone: 'UTC', locale: 'en' as const, hours: '{}' }
    await tx.insertInto('workspaces').values(row).execute()
    for (let n = 1; n <= 7; n += 1)
      await recordAct(tx, n === 4 ? { kind: 'system', workspaceId, name: 'Parley' } : key, {
        act: n % 2 ? 'note.add' : 'draft.save',
        subject: `thing:${n}`,
        detail: { n },
      })
  })
  server = await createHttpServer({
    log: createLog('silent'),
    publicUrl: 'http://127.0.0.1:4400',
    guard: async () => null,
  })
  auditRoutes(server.app, { db: database.db, actorOf: () => asking })
  await server.app.ready()
})
afterAll(async () => {
  await server.app.close()
  await database.drop()
})

const get = (path: string) =>
  server.app.inject({ url: `/api/v1/audit${path}`, headers: { host: '127.0.0.1:4400' } })
async function list(query: string) {
  const answer = await get(`?${query}`)
  expect(answer.statusCode).toBe(200)
  return listOf(AuditEntry).parse(answer.json())
}
const seqs = (page: { items: AuditEntry[] }) => page.items.map(({ seq }) => seq)

it('lists newest first, page by page, each entry once', async () => {
  const first = await list('limit=3')
  const second = await list(`limit=3&cursor=${first.next}`)
  const third = await list(`limit=3&cursor=${second.next}`)
  expect([seqs(first), seqs(second), seqs(third)]).toEqual([[7, 6, 5], [4, 3, 2], [1]])
  expect(third.next).toBeNull()
})

it('filters by who, what, on what and when', async () => {
  expect(seqs(await list('act=draft.save'))).toEqual([6, 4, 2])
  expect(seqs(await list('actor=system'))).toEqual([4])
  expect(seqs(await list('subject=thing:3'))).toEqual([3])
  expect(seqs(await list('until=2020-01-01T00:00:00Z'))).toEqual([])
  expect(seqs(await list('from=2020-01-01T00:00:00Z&act=note.add'))).toEqual([7, 5, 3, 1])
  expect((await get('?from=yesterday')).statusCode).toBe(400)
  expect((await get('?cursor=x')).statusCode).toBe(400)
})

it('refuses an actor without the ability', async () => {
  asking = { ...key, scopes: ['reply'] }
  try {
    for (const path of ['', '/export', '/verify'])
      expect((await get(path)).statusCode, path).toBe(403)
  } finally {
    asking = key
  }
})

it('verifies by HTTP', async () => {
  expect((await get('/verify')).json()).toMatchObject({ ok: true, entries: 7 })
})

it('exports lines that a stranger can check, and records the export', async () => {
  const answer = await get('/export')
  expect(answer.headers['content-type']).toContain('application/x-ndjson')
  const lines = answer.body.trimEnd().split('\n')
  expect(lines).toHaveLength(8)
  let previous = '0'.repeat(64)
  for (const line of lines) {
    const entry = z.record(z.string(), z.unknown()).parse(JSON.parse(line))
    const { hash, ...hashed } = entry
    expect(hashed.previousHash).toBe(previous)
    const text = JSON.stringify(Object.fromEntries(Object.entries(hashed).sort()))
    previous = createHash('sha256').update(text).digest('hex')
    expect(hash).toBe(previous)
  }
  expect(seqs(await list('act=audit.export'))).toEqual([8])
})
