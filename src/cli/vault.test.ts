import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { runParley } from '../../test/program.ts'
import { clientKeys } from '../modules/vault/index.ts'
import { loadKeyring } from '../platform/crypto.ts'

let database: TestDatabase
let home: string

beforeAll(async () => {
  database = await createTestDatabase()
  home = await mkdtemp(join(tmpdir(), 'parley-vault-'))
})
afterAll(async () => {
  await database.drop()
  await rm(home, { recursive: true, force: true })
})

const Made = z.object({ kid: z.string().min(1), older: z.int() })
const newClientKey = (...args: string[]) =>
  runParley(['vault', 'new-client-key', ...args], {
    env: { PARLEY_HOME: home, DATABASE_URL: database.url },
  })

/** The keys as a running Parley reads them, newest first. */
async function keysInUse() {
  return clientKeys({ database, keyring: await loadKeyring(join(home, 'secret.key')) })
}

it('makes the key by which Bluesky knows the installation, and keeps the older ones', async () => {
  const first = await newClientKey('--json')
  expect(first.code, first.stderr).toBe(0)
  const { kid, older } = Made.parse(JSON.parse(first.stdout))
  expect(older).toBe(0)
  const second = await newClientKey()
  expect(second.code).toBe(0)
  const [newest, before, ...more] = await keysInUse()
  expect(second.stdout.trim()).toBe(
    `Made ${newest?.kid}. 1 older are kept. Processes use it within a minute.`,
  )
  expect(before?.kid).toBe(kid)
  expect(more).toEqual([])
  // What is printed is a name; the key itself stays sealed.
  for (const { stdout, stderr } of [first, second])
    for (const key of [newest, before]) expect(stdout + stderr).not.toContain(key?.d)
})

it('takes the older ones out when it is told to, and only then', async () => {
  const before = await keysInUse()
  const refused = await newClientKey('--forget-older=perhaps')
  expect(refused.code).toBe(2)
  expect(await keysInUse()).toEqual(before)
  const made = await newClientKey('--forget-older', '--json')
  const { kid, older } = Made.parse(JSON.parse(made.stdout))
  expect(older).toBe(0)
  expect((await keysInUse()).map((key) => key.kid)).toEqual([kid])
})

it('seals the keys under the key file, which it makes when there is none', async () => {
  expect((await readFile(join(home, 'secret.key'), 'utf8')).length).toBeGreaterThan(20)
  const stranger = await loadKeyring(join(home, 'another.key'))
  await expect(clientKeys({ database, keyring: stranger })).rejects.toThrow()
})
