import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { KeyId, WorkspaceId } from '../../../contract/ids.ts'
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { inWorkspace } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import type { Actor } from '../access/index.ts'
import { recordAct, verifyAudit } from './index.ts'

let database: TestDatabase
let superuser: pg.Client
let workspaceId: WorkspaceId

beforeAll(async () => {
  database = await createTestDatabase()
  superuser = new pg.Client({ connectionString: database.url })
  await superuser.connect()
})
afterAll(async () => {
  await superuser.end()
  await database.drop()
})
beforeEach(async () => {
  workspaceId = await makeWorkspace()
})

async function makeWorkspace(): Promise<WorkspaceId> {
  const id = newId(WorkspaceId)
  await inWorkspace(database.db, id, (tx) =>
    tx
      .insertInto('workspaces')
      .values({ id, name: 'Brutăria', time_zone: 'Europe/Bucharest', locale: 'ro', hours: '{}' })
      .execute(),
  )
  return id
}

const operator = (): Actor => ({ kind: 'operator', workspaceId, name: 'operator' })

async function record(count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    await inWorkspace(database.db, workspaceId, (tx) =>
      recordAct(tx, operator(), {
        act: 'thing.made',
        subject: `thing:${number}`,
        detail: { number, nested: { z: 1, a: [true, null, 'ș'] }, left: undefined },
      }),
    )
  }
}

/** Runs SQL that nobody but a superuser who wants to cheat could run. */
async function tamper(text: string): Promise<void> {
  await superuser.query(`begin; alter table audit_entries disable trigger all; ${text};
    alter table audit_entries enable trigger all; commit`)
}

it('numbers the acts without holes and verifies', async () => {
  await record(5)
  const verdict = await verifyAudit(database.db, workspaceId)
  expect(verdict).toMatchObject({ ok: true, entries: 5, head: { seq: 5 } })
  expect(await verifyAudit(database.db, await makeWorkspace())).toMatchObject({
    ok: true,
    entries: 0,
  })
})

it('verifies across batches', async () => {
  await inWorkspace(database.db, workspaceId, async (tx) => {
    for (let number = 0; number < 1003; number += 1)
      await recordAct(tx, operator(), { act: 'a', subject: 's', detail: { number } })
  })
  expect(await verifyAudit(database.db, workspaceId)).toMatchObject({ ok: true, entries: 1003 })
})

it('keeps one chain when 20 transactions write at once', async () => {
  await Promise.all(Array.from({ length: 20 }, () => record(3)))
  expect(await verifyAudit(database.db, workspaceId)).toMatchObject({ ok: true, entries: 60 })
})

it('leaves no hole when a transaction rolls back', async () => {
  await record(1)
  const failing = inWorkspace(database.db, workspaceId, async (tx) => {
    await recordAct(tx, operator(), { act: 'undone', subject: 's', detail: {} })
    throw new Error('rolled back')
  })
  await expect(failing).rejects.toThrow('rolled back')
  await record(1)
  expect(await verifyAudit(database.db, workspaceId)).toMatchObject({ ok: true, entries: 2 })
})

it('keeps text that PostgreSQL cannot, and numbers of every kind, and still verifies', async () => {
  await inWorkspace(database.db, workspaceId, (tx) =>
    recordAct(
      tx,
      { kind: 'key', workspaceId, keyId: newId(KeyId), name: 'a\0b', scopes: ['all'] },
      {
        act: 'odd',
        subject: 'x\uD800',
        detail: { 'nul\0key': 1, text: 'a\0\uDC00', small: 1e-7, big: 1e300, negative: -0.5 },
      },
    ),
  )
  expect(await verifyAudit(database.db, workspaceId)).toMatchObject({ ok: true, entries: 1 })
})

it('refuses detail that is named like a secret', async () => {
  const act = inWorkspace(database.db, workspaceId, (tx) =>
    recordAct(tx, operator(), { act: 'a', subject: 's', detail: { deep: { password: 'p' } } }),
  )
  await expect(act).rejects.toThrow('password')
})

const cheats: [string, (id: string) => string, number][] = [
  [
    'a changed field',
    (id) => `update audit_entries set actor_name = 'else' where ${id} and seq = 3`,
    3,
  ],
  ['a changed detail', (id) => `update audit_entries set detail = '{}' where ${id} and seq = 2`, 2],
  [
    'a time moved by a microsecond',
    (id) => `update audit_entries set at = at + interval '1 microsecond' where ${id} and seq = 4`,
    4,
  ],
  ['a removed entry', (id) => `delete from audit_entries where ${id} and seq = 3`, 3],
  ['a removed first entry', (id) => `delete from audit_entries where ${id} and seq = 1`, 1],
  ['a truncated tail', (id) => `delete from audit_entries where ${id} and seq > 3`, 4],
  ['an emptied log', (id) => `delete from audit_entries where ${id}`, 1],
  [
    'two entries that changed places',
    (
      id,
    ) => `update audit_entries set seq = case seq when 2 then 100 when 3 then 101 end where ${id} and seq in (2, 3);
    update audit_entries set seq = case seq when 100 then 3 else 2 end where ${id} and seq >= 100`,
    2,
  ],
  [
    'a forged entry at the end',
    (id) =>
      `insert into audit_entries select workspace_id, 6, at, actor, actor_name, act, subject, detail, hash, hash from audit_entries where ${id} and seq = 5`,
    6,
  ],
  ['a head set back with its tail', (id) => `update audit_heads set seq = 4 where ${id}`, 5],
  ['a removed head', (id) => `delete from audit_heads where ${id}`, 1],
]
it.each(cheats)('finds %s', async (_name, cheat, brokenAt) => {
  await record(5)
  await tamper(cheat(`workspace_id = '${workspaceId}'`))
  const verdict = await verifyAudit(database.db, workspaceId)
  expect(verdict).toMatchObject({ ok: false, brokenAt })
})

it('finds a log rewritten with a matching head, when an earlier head was noted elsewhere', async () => {
  await record(3)
  const noted = await verifyAudit(database.db, workspaceId)
  if (!noted.ok) throw new Error(noted.why)
  await tamper(
    `delete from audit_entries where workspace_id = '${workspaceId}'; delete from audit_heads where workspace_id = '${workspaceId}'`,
  )
  await record(4)
  expect(await verifyAudit(database.db, workspaceId)).toMatchObject({ ok: true })
  expect(await verifyAudit(database.db, workspaceId, noted.head)).toMatchObject({
    ok: false,
    brokenAt: 3,
  })
})

it('lets the app change or remove nothing, and not even the owner of the tables', async () => {
  await record(1)
  const asApp = (text: string) =>
    inWorkspace(database.db, workspaceId, (tx) => sql.raw(text).execute(tx))
  await expect(asApp(`update audit_entries set act = 'x'`)).rejects.toThrow('permission denied')
  await expect(asApp('delete from audit_entries')).rejects.toThrow('permission denied')
  await expect(asApp('truncate audit_entries')).rejects.toThrow('permission denied')
  await expect(superuser.query('truncate audit_entries')).rejects.toThrow('append-only')
  await expect(superuser.query('delete from audit_entries')).rejects.toThrow('append-only')
})

it('shows and takes nothing across workspaces', async () => {
  await record(2)
  const other = await makeWorkspace()
  const seen = await inWorkspace(database.db, other, (tx) =>
    tx.selectFrom('audit_entries').selectAll().execute(),
  )
  expect(seen).toEqual([])
  const forged = inWorkspace(database.db, other, (tx) =>
    recordAct(tx, operator(), { act: 'forged', subject: 's', detail: {} }),
  )
  await expect(forged).rejects.toThrow('row-level security')
})
