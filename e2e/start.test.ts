import { execFile, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, it } from 'vitest'
import { z } from 'zod'
import type { Program } from '../test/program.ts'
import {
  callerAt,
  clear,
  keyAt,
  newPlace,
  type Place,
  processesOf,
  startAt,
} from '../test/running.ts'

const run = promisify(execFile)
const programs: Program[] = []
const homes: string[] = []
const mounts: string[] = []

afterEach(async () => {
  await clear(programs.splice(0), [])
  for (const folder of mounts.splice(0)) await run('umount', ['-l', folder])
  await clear([], homes.splice(0))
})

async function place(): Promise<Place> {
  const made = await newPlace()
  homes.push(made.home)
  return made
}

function start(where: Place, env: NodeJS.ProcessEnv = {}): Program {
  const program = startAt(where, env)
  programs.push(program)
  return program
}

/** What it said when it did not start: one sentence, no stack, a failing status. */
async function refusal(program: Program): Promise<string> {
  const { code } = await program.ended
  const said = program.stderr().trim()
  expect({ code, lines: said.split('\n').length, stack: /\n\s+at /.test(said) }).toEqual({
    code: 1,
    lines: 1,
    stack: false,
  })
  expect(program.stdout()).not.toContain('Parley is ready')
  return said
}

it.each([
  ['PARLEY_PORT', 'lots'],
  ['PARLEY_PORT', '70000'],
  ['PARLEY_HOST', 'my machine'],
  ['PARLEY_ROLE', 'boss'],
  ['PARLEY_PUBLIC_URL', 'desk.example.com'],
  ['PARLEY_LOG_LEVEL', 'loud'],
  ['PARLEY_PRACTICE_PORT', '-1'],
  ['DATABASE_URL', 'mysql://root:marked-4c1@127.0.0.1/x'],
])('says in one sentence that %s cannot be %s', async (name, value) => {
  const said = await refusal(start(await place(), { [name]: value }))
  expect(said).toContain(name)
  expect(said).not.toContain('marked-4c1')
})

it('says in one sentence that the database cannot be reached, or refuses the password', async () => {
  const where = await place()
  const first = start(where)
  await first.says(/Parley is ready/)
  const { port } = z
    .object({ port: z.number() })
    .parse(JSON.parse(await readFile(join(where.home, 'postgres.json'), 'utf8')))
  for (const url of [
    'postgres://parley:marked-4c1@127.0.0.1:1/parley',
    `postgres://parley:marked-4c1@127.0.0.1:${port}/parley`,
    `postgres://parley:marked-4c1@no-such-host.invalid:${port}/parley`,
  ]) {
    const said = await refusal(start(await place(), { DATABASE_URL: url }))
    expect(said).toContain('cannot be reached')
    expect(said).toContain(new URL(url).host)
    expect(said).not.toContain('marked-4c1')
  }
})

it('says that another Parley has the data folder, and leaves that one alone', async () => {
  const where = await place()
  const first = start(where)
  await first.says(/Parley is ready/)
  const other = await newPlace(where.home)
  const said = await refusal(start(other))
  expect(said).toContain(`process ${first.child.pid}`)
  expect(said).toContain('PARLEY_HOME')
  const answer = await callerAt(where)(null, 'GET', '/readyz')
  expect(answer.status).toBe(200)
})

it('says that the port is taken, and leaves nothing running', async () => {
  const where = await place()
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(where.port, '127.0.0.1', resolve))
  const said = await refusal(start(where))
  holder.close()
  expect(said).toContain(`Port ${where.port} is taken`)
  expect(await processesOf(where.home)).toEqual([])
})

it('says what is wrong with a folder that is a file, or that makes nothing (/proc)', async () => {
  const where = await place()
  const file = join(where.home, 'file')
  await writeFile(file, '')
  for (const home of [file, '/proc/nothing', '/dev/null/x']) {
    const said = await refusal(start(where, { PARLEY_HOME: home }))
    expect(said).toContain(`${home} cannot be written`)
  }
})

it('says what is wrong with a key file that others can read', async () => {
  const where = await place()
  const file = join(where.home, 'key')
  await writeFile(file, '{"keys": []}', { mode: 0o644 })
  const said = await refusal(start(where, { PARLEY_SECRET_KEY_FILE: file }))
  expect(said).toContain('chmod 600')
})

const isRoot = process.getuid?.() === 0

it.runIf(isRoot)('says that the folder cannot be written when it may only be read', async () => {
  const where = await place()
  await mount(where.home, 'ro,size=1m')
  expect(await refusal(start(where))).toContain(`${where.home} cannot be written`)
})

it.runIf(isRoot)('says that the disk is full when the database does not fit on it', async () => {
  const where = await place()
  await mount(where.home, 'size=20m')
  expect(await refusal(start(where))).toContain('No space left on device')
  expect(await processesOf(where.home)).toEqual([])
})

it('ends when told, with status 0 and nothing left behind', async () => {
  const where = await place()
  const program = start(where)
  await program.says(/Parley is ready/)
  const call = callerAt(where)
  const key = await keyAt(where)
  expect((await call({ key }, 'POST', '/api/v1/practice', {})).status).toBe(201)
  const events = await fetch(`http://127.0.0.1:${where.port}/api/v1/events`, {
    headers: { authorization: `Bearer ${key}` },
  })
  expect(events.status).toBe(200)
  expect((await processesOf(where.home)).length).toBeGreaterThan(2)
  program.child.kill('SIGTERM')
  expect(await program.ended).toEqual({ code: 0, signal: null })
  expect(await processesOf(where.home)).toEqual([])
  await events.body?.cancel().catch(() => undefined)
})

it('does not start with a Node that is too old, and says which it needs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-old-'))
  homes.push(folder)
  const old = join(folder, 'old-node.cjs')
  const versions = `{ ...process.versions, node: '18.20.8' }`
  await writeFile(old, `Object.defineProperty(process, 'versions', { value: ${versions} })`)
  for (const script of ['start', 'test', 'run', 'check']) {
    const path = join(import.meta.dirname, `../scripts/${script}.mjs`)
    const ran = spawnSync(process.execPath, ['--require', old, path], { encoding: 'utf8' })
    expect(ran.stderr).toBe(
      'Parley needs Node 20 or newer to set itself up, this is Node 18.20.8: install a newer one from https://nodejs.org and try again.\n',
    )
    expect([ran.status, ran.stdout]).toEqual([1, ''])
  }
})

async function mount(folder: string, options: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder])
  mounts.push(folder)
}
