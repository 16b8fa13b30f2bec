import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type SecretId, WorkspaceId } from '../../../contract/ids.ts'
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { type Keyring, loadKeyring } from '../../platform/crypto.ts'
import { inWorkspace } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import {
  checkSecrets,
  openSecret,
  removeSecret,
  replaceSecret,
  rewrapAll,
  storeSecret,
} from './index.ts'

let database: TestDatabase
let folder: string
let keyring: Keyring
let workspaceId: WorkspaceId

const purpose = 'channel:bluesky'
const value = { service: 'https://pds.example', password: 'marked-4f1c', ț: [1, null] }

beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'parley-vault-'))
  keyring = await loadKeyring(join(folder, 'secret.key'))
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  workspaceId = await makeWorkspace()
})

async function makeWorkspace(): Promise<WorkspaceId> {
  const id = newId(WorkspaceId)
  await inWorkspace(database.db, id, (tx) =>
    tx
      .insertInto('workspaces')
      .values({ id, name: 'Bakery', time_zone: 'Europe/Bucharest', locale: 'ro', hours: '{}' })
      .execute(),
  )
  return id
}

const store = (secret: unknown = value) =>
  inWorkspace(database.db, workspaceId, (tx) =>
    storeSecret(tx, keyring, { workspaceId, purpose, value: secret, by: 'member:1' }),
  )
const open = (secretId: SecretId, by = 'sender') =>
  openSecret(database.db, keyring, { workspaceId, secretId, purpose, by })
const replace = (secretId: SecretId, next: unknown, expectedVersion?: number) =>
  inWorkspace(database.db, workspaceId, (tx) =>
    replaceSecret(tx, keyring, {
      workspaceId,
      secretId,
      purpose,
      value: next,
      by: 'sender',
      expectedVersion,
    }),
  )
const accesses = () =>
  inWorkspace(database.db, workspaceId, (tx) =>
    tx.selectFrom('secret_accesses').select(['act', 'by']).orderBy('at').execute(),
  )

it('gives back what was stored, and keeps it only sealed', async () => {
  const secretId = await store()
  expect(await open(secretId)).toEqual({ value, version: 1 })
  const rows = await inWorkspace(database.db, workspaceId, (tx) =>
    tx.selectFrom('secrets').selectAll().execute(),
  )
  expect(rows).toHaveLength(1)
  for (const column of Object.values(rows[0] ?? {}))
    expect(Buffer.isBuffer(column) ? column.toString('latin1') : String(column)).not.toContain(
      'marked',
    )
})

it('shows nothing to another workspace, or for another purpose', async () => {
  const secretId = await store()
  const other = await makeWorkspace()
  const asOther = openSecret(database.db, keyring, {
    workspaceId: other,
    secretId,
    purpose,
    by: 'x',
  })
  await expect(asOther).rejects.toMatchObject({ code: 'not-found' })
  const otherPurpose = { workspaceId, secretId, purpose: 'channel:mastodon', by: 'x' }
  await expect(openSecret(database.db, keyring, otherPurpose)).rejects.toMatchObject({
    code: 'not-found',
  })
  const stolen = inWorkspace(database.db, other, (tx) =>
    replaceSecret(tx, keyring, { workspaceId, secretId, purpose, value: {}, by: 'x' }),
  )
  expect(await stolen).toBe(false)
})

it('does not open a ciphertext that was copied into another row', async () => {
  const [mine, theirs] = [await store({ a: 1 }), await store({ b: 2 })]
  await inWorkspace(database.db, workspaceId, (tx) =>
    sql`update secrets s set key_id = t.key_id, wrapped_key = t.wrapped_key, nonce = t.nonce,
      ciphertext = t.ciphertext from secrets t where s.id = ${mine} and t.id = ${theirs}`.execute(
      tx,
    ),
  )
  await expect(open(mine)).rejects.toMatchObject({ name: 'UnsealError' })
  expect(await open(theirs)).toMatchObject({ value: { b: 2 } })
})

it('lets one of two replacements of the same version win', async () => {
  const secretId = await store()
  const won = await Promise.all([replace(secretId, { n: 1 }, 1), replace(secretId, { n: 2 }, 1)])
  expect(won.toSorted()).toEqual([false, true])
  expect(await open(secretId)).toEqual({ value: { n: won[0] ? 1 : 2 }, version: 2 })
  expect(await replace(secretId, { n: 3 })).toBe(true)
  expect(await open(secretId)).toEqual({ value: { n: 3 }, version: 3 })
})

it('forgets a removed secret and says who removed it', async () => {
  const secretId = await store()
  const remove = () =>
    inWorkspace(database.db, workspaceId, (tx) =>
      removeSecret(tx, { workspaceId, secretId, by: 'member:2' }),
    )
  await remove()
  await remove()
  await expect(open(secretId)).rejects.toMatchObject({ code: 'not-found' })
  expect(await replace(secretId, {})).toBe(false)
  expect(await accesses()).toEqual([
    { act: 'stored', by: 'member:1' },
    { act: 'removed', by: 'member:2' },
  ])
})

it('notes one opening for each opener and hour, however often it opens', async () => {
  const secretId = await store()
  await Promise.all(Array.from({ length: 20 }, () => open(secretId)))
  await open(secretId, 'stream')
  const opened = (await accesses()).filter(({ act }) => act === 'opened').map(({ by }) => by)
  // Two of the sender only when the hour turned between them.
  expect(new Set(opened)).toEqual(new Set(['sender', 'stream']))
  expect(opened.length).toBeLessThanOrEqual(4)
})

it('lets the app change nothing in the access log', async () => {
  await store()
  const change = inWorkspace(database.db, workspaceId, (tx) =>
    sql`update secret_accesses set by = 'x'`.execute(tx),
  )
  await expect(change).rejects.toThrow('permission denied')
})

it('puts all secrets under a new root key, after which the old one is not needed', async () => {
  const file = join(folder, `rotated-${randomBytes(4).toString('hex')}.key`)
  const oldKeyring = await loadKeyring(file)
  const place = { workspaceId, purpose, by: 'x' }
  const ids: SecretId[] = []
  for (let n = 0; n < 205; n += 1)
    await inWorkspace(database.db, workspaceId, async (tx) => {
      ids.push(await storeSecret(tx, oldKeyring, { ...place, value: { n } }))
    })
  const file1: { keys: { id: string; key: string }[] } = JSON.parse(await readFile(file, 'utf8'))
  const fresh = { id: 'k-new', key: randomBytes(32).toString('base64') }
  await writeFile(file, JSON.stringify({ keys: [fresh, ...file1.keys] }), { mode: 0o600 })
  const done = await rewrapAll(database, await loadKeyring(file))
  expect(done.rewrapped).toBe(205)
  await writeFile(file, JSON.stringify({ keys: [fresh] }), { mode: 0o600 })
  const newOnly = await loadKeyring(file)
  for (const [n, secretId] of ids.entries()) {
    const opened = await openSecret(database.db, newOnly, { ...place, secretId })
    expect(opened).toEqual({ value: { n }, version: 1 })
  }
  const second = await rewrapAll(database, newOnly)
  expect(second.rewrapped).toBe(0)
})

it('reports secrets that do not open, and leaves them as they are', async () => {
  const secretId = await store()
  const stranger = await loadKeyring(join(folder, `other-${randomBytes(4).toString('hex')}.key`))
  const done = await rewrapAll(database, stranger)
  expect(done.broken.map((broken) => broken.secretId)).toContain(secretId)
  expect(await open(secretId)).toEqual({ value, version: 1 })
})

it('tells how many secrets open with a key file', async () => {
  await store()
  const all = await checkSecrets(database, keyring)
  expect(all.opens).toBeGreaterThan(0)
  expect(await checkSecrets(database, null)).toEqual({ opens: 0, closed: all.opens + all.closed })
})
