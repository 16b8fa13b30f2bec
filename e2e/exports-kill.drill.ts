import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { ImportResult } from '../contract/exports.ts'
import type { WorkspaceId } from '../contract/ids.ts'
import { createTestDatabase, type TestDatabase } from '../test/database.ts'
import { asServerOwner, makeKey } from '../test/desk.ts'
import { runParley, startProgram } from '../test/program.ts'
import { createRandom, readDrill } from './seeded.ts'

const { seed, kills } = readDrill(8)
vi.setConfig({ testTimeout: 600_000 + kills * 60_000, hookTimeout: 180_000 })

const run = promisify(execFile)
const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

type Place = { database: TestDatabase; env: NodeJS.ProcessEnv; home: string }

async function newPlace(): Promise<Place> {
  const database = await createTestDatabase()
  const home = await mkdtemp(join(tmpdir(), 'parley-exports-'))
  cleanUps.push(() => rm(home, { recursive: true, force: true }), database.drop)
  return { database, home, env: { PARLEY_HOME: home, DATABASE_URL: database.url } }
}

/** A workspace large enough that an export and an import of it take some seconds. */
async function fill(place: Place): Promise<WorkspaceId> {
  const { actor } = await makeKey(place.database)
  await asServerOwner(
    place.database.url,
    `insert into people (workspace_id, id, display_name)
     select $1, gen_random_uuid(), 'Customer ' || n || ' ' || repeat('ș', 200) from generate_series(1, 120000) n`,
    [actor.workspaceId],
  )
  await asServerOwner(
    place.database.url,
    `insert into media (workspace_id, id, mime, width, height, bytes, created_by)
     select $1, gen_random_uuid(), 'image/png', 1, 1, decode(string_agg(md5(n::text || m), ''), 'hex'), 'operator'
     from generate_series(1, 40) m, generate_series(1, 6000) n group by m`,
    [actor.workspaceId],
  )
  return actor.workspaceId
}

async function count(place: Place, table: string): Promise<number> {
  const rows = await asServerOwner(place.database.url, `select count(*)::int as n from ${table}`)
  return z.object({ n: z.int() }).parse(rows[0]).n
}

/** Starts a command and kills it after so many milliseconds. @returns whether it was still at work */
async function killed(place: Place, args: string[], afterMs: number): Promise<boolean> {
  const program = startProgram('src/cli/main.ts', args, { env: place.env })
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  program.child.kill('SIGKILL')
  return (await program.ended).signal === 'SIGKILL'
}

it('leaves an empty instance behind, to be tried again, whenever an import is killed', async () => {
  const random = createRandom(seed)
  const source = await newPlace()
  await fill(source)
  const file = join(source.home, 'all.tar.gz')
  const made = await runParley(['export', file, '--json'], { env: source.env })
  expect(made.code).toBe(0)
  const target = await newPlace()
  let cut = 0
  for (let kill = 0; kill < kills; kill += 1) {
    if (await killed(target, ['import', file], 1000 + random.below(9000))) cut += 1
    if ((await count(target, 'workspaces')) > 0) break
    expect(await count(target, 'people')).toBe(0)
    expect(await count(target, 'audit_entries')).toBe(0)
  }
  expect(cut).toBeGreaterThan(2)
  if ((await count(target, 'workspaces')) === 0) {
    const ran = await runParley(['import', file, '--json'], { env: target.env })
    expect(ran.stderr).not.toContain('failed')
    const result = ImportResult.parse(JSON.parse(ran.stdout))
    expect(result).toMatchObject({ business: 'The Corner Shop', auditOk: true, media: 40 })
    expect(result.owners).toMatchObject([{ email: 'olga@example.com' }])
  }
  expect(await count(target, 'people')).toBe(120_000)
  const twice = await runParley(['import', file], { env: target.env })
  expect(twice.code).toBe(4)
  expect(twice.stderr).toContain('is not empty')
})

it('never shows a half-written export under its name, whenever it is killed', async () => {
  const random = createRandom(seed + 1)
  const source = await newPlace()
  await fill(source)
  const file = join(source.home, 'all.tar.gz')
  for (let kill = 0; kill < Math.ceil(kills / 2); kill += 1) {
    const cut = await killed(source, ['export', file], 1000 + random.below(4000))
    expect((await readdir(source.home)).includes('all.tar.gz')).toBe(!cut)
    await rm(file, { force: true })
  }
  expect((await runParley(['export', file], { env: source.env })).code).toBe(0)
  expect((await readdir(source.home)).filter((name) => name.endsWith('.part'))).toEqual([])
})

it('takes no more memory than a batch does: 450 MB are enough for 120,000 rows', async () => {
  const source = await newPlace()
  await fill(source)
  const file = join(source.home, 'all.tar.gz')
  const peak = async (args: string[], place: Place): Promise<number> => {
    const program = startProgram('src/cli/main.ts', args, { env: place.env })
    let most = 0
    const timer = setInterval(() => {
      void readFile(`/proc/${program.child.pid}/status`, 'utf8')
        .then((text) => {
          most = Math.max(most, Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0))
        })
        .catch(() => undefined)
    }, 50)
    const { code } = await program.ended
    clearInterval(timer)
    expect(code).toBe(0)
    return most / 1024
  }
  const target = await newPlace()
  const export_ = await peak(['export', file], source)
  const import_ = await peak(['import', file], target)
  expect(export_).toBeLessThan(450)
  expect(import_).toBeLessThan(450)
})

// A small file system of its own needs root's rights to be mounted.
it.runIf(process.getuid?.() === 0)(
  'says that the disk is full, and leaves nothing half on it',
  async () => {
    const source = await newPlace()
    await fill(source)
    const folder = await mkdtemp(join(tmpdir(), 'parley-small-'))
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder])
    cleanUps.push(() => rm(folder, { recursive: true, force: true }))
    cleanUps.push(() => run('umount', ['-l', folder]))
    const ran = await runParley(['export', join(folder, 'all.tar.gz')], { env: source.env })
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain('The disk is full.')
    expect(await readdir(folder)).toEqual([])
  },
)
