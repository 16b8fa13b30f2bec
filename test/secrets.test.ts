import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { NewKey } from '../contract/members.ts'
import { fakeMastodon } from '../src/cli/mastodon-server.fixture.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { databaseText, listProcesses, shapesOf } from './spy.ts'

const password = 'marked passphrase 4c1f77'
const token = 'marked-token-9be0d3'

let database: TestDatabase
let home: string

beforeAll(async () => {
  database = await createTestDatabase()
  home = await mkdtemp(join(tmpdir(), 'parley-secrets-'))
})
afterAll(async () => {
  await database.drop()
  await rm(home, { recursive: true, force: true })
})

/** All that can be seen of one command: its output, and the listing of every process while it ran. */
async function watch(
  args: string[],
  stdin: string,
): Promise<{ code: number; seen: string; stdout: string }> {
  const main = join(import.meta.dirname, '../src/cli/main.ts')
  const child = spawn(process.execPath, [main, ...args], {
    env: {
      PATH: process.env.PATH,
      PARLEY_HOME: home,
      DATABASE_URL: database.url,
      PARLEY_LOG_LEVEL: 'trace',
    },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)))
  child.stdin.end(stdin)
  const listings: string[] = []
  let code: number | null = null
  void ended.then((status) => {
    code = status
  })
  while (code === null) {
    listings.push(await listProcesses())
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(listings.join('')).toContain(main)
  return { code: await ended, seen: [stdout, stderr, ...listings].join('\n'), stdout }
}

it.runIf(process.platform === 'linux')(
  'shows no secret in output, process listing, database or backup, from the first owner to a backup',
  async () => {
    const server = await fakeMastodon(token)
    const file = join(home, 'all.backup')
    const steps: [string[], string][] = [
      [['owner', 'create', '--email', 'a@b.ro', '--name', 'Ana', '--password-stdin'], password],
      [['owner', 'create', '--email', 'a@b.ro', '--name', 'Ana', '--password-stdin'], password],
      [
        ['channel', 'connect', 'mastodon', '--server', server.origin, '--token-stdin'],
        `${token}-wrong`,
      ],
      [['channel', 'connect', 'mastodon', '--server', server.origin, '--token-stdin'], token],
      [['channel', 'list', '--json'], ''],
      [['doctor', '--json'], ''],
      [['audit', 'verify', '--json'], ''],
      [['backup', file, '--json'], ''],
    ]
    const made = await watch(['key', 'create', '--name', 'early', '--scopes', 'all', '--json'], '')
    expect(made.code).toBe(4)
    const seen: string[] = []
    const codes: number[] = []
    for (const [args, stdin] of steps) {
      const ran = await watch(args, stdin)
      seen.push(ran.seen)
      codes.push(ran.code)
      if (codes.length > 1) continue
      const key = await watch(
        ['key', 'create', '--name', 'script', '--scopes', 'all', '--json'],
        '',
      )
      const secret = NewKey.parse(JSON.parse(key.stdout)).key
      seen.push(key.seen.replace(secret, ''))
      secrets.push(secret)
    }
    await server.close()
    expect([codes[0], codes[3], codes[4], codes[6], codes[7]]).toEqual([0, 0, 0, 0, 0])
    expect([codes[1], codes[2]].every((code) => code !== 0)).toBe(true)
    const backup = gunzipSync(await readFile(file)).toString('latin1')
    expect(backup).toContain('a@b.ro')
    const stored = await databaseText(database.url)
    expect(stored).toContain('a@b.ro')
    for (const shape of secrets.flatMap(shapesOf)) {
      for (const [where, text] of Object.entries({ seen: seen.join('\n'), backup, stored }))
        expect(text.includes(shape), `${where} holds a secret`).toBe(false)
    }
  },
)

const secrets = [password, token]
