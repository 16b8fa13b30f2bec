import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestDatabase, type TestDatabase } from '../test/database.ts'
import { asServerOwner, makeKey } from '../test/desk.ts'
import { runParley } from '../test/program.ts'
import { type DiscordEmulator, startDiscordEmulator } from './discord-emulator/emulator.ts'
import { type MailTown, openMailTown, SHOP } from './mail/town.ts'

// What an operator types, against a real Dovecot with a real SMTP server and against Discord's emulator.
const Connected = z.object({
  id: z.string(),
  network: z.string(),
  handle: z.string(),
  state: z.literal('connected'),
})

let database: TestDatabase
let home: string
let env: NodeJS.ProcessEnv
let mail: MailTown
let discord: DiscordEmulator

beforeAll(async () => {
  database = await createTestDatabase()
  home = await mkdtemp(join(tmpdir(), 'parley-cli-connect-'))
  env = { PARLEY_HOME: home, DATABASE_URL: database.url }
  await makeKey(database)
  mail = await openMailTown()
  discord = await startDiscordEmulator()
})
afterAll(async () => {
  await discord?.close()
  await mail?.close()
  await database.drop()
  await rm(home, { recursive: true, force: true })
})

async function channels(network: string): Promise<number> {
  const rows = await asServerOwner(database.url, 'select id from channels where network = $1', [
    network,
  ])
  return rows.length
}

async function allowed(): Promise<number> {
  return (await asServerOwner(database.url, 'select origin from allowed_origins')).length
}

it('connects a mailbox by IMAP and SMTP, and renews it the second time', async () => {
  const { imap = '', smtp = '', user = '', password = '' } = mail.fields
  const line = ['channel', 'connect', 'email', '--imap', imap, '--smtp', smtp, '--user', user]
  const args = [...line, '--password-stdin', '--json']
  const wrong = await runParley(args, { env, stdin: 'not the password' })
  expect(wrong).toMatchObject({ code: 4, stdout: '' })
  expect(wrong.stderr).not.toContain('not the password')
  expect([await channels('email'), await allowed()]).toEqual([0, 0])
  const made = await runParley(args, { env, stdin: `${password}\n` })
  expect(made).toMatchObject({ code: 0 })
  const first = Connected.parse(JSON.parse(made.stdout))
  expect(first).toMatchObject({ network: 'email', handle: SHOP })
  expect(made.stderr).toContain('is on a private network')
  const again = await runParley(args, { env, stdin: password })
  expect(Connected.parse(JSON.parse(again.stdout)).id).toBe(first.id)
  expect(await channels('email')).toBe(1)
})

it('connects a Discord bot by its token, and refuses a token that is none', async () => {
  const line = ['channel', 'connect', 'discord', '--server', discord.url, '--token-stdin']
  const before = await allowed()
  const wrong = await runParley([...line, '--json'], { env, stdin: 'not.a.token' })
  expect(wrong.code).not.toBe(0)
  expect(wrong.stdout + wrong.stderr).not.toContain('not.a.token')
  expect([await channels('discord'), await allowed()]).toEqual([0, before])
  const made = await runParley([...line, '--json'], { env, stdin: discord.token })
  expect(made).toMatchObject({ code: 0 })
  expect(Connected.parse(JSON.parse(made.stdout)).network).toBe('discord')
  const listed = await runParley(['channel', 'list'], { env })
  expect(listed.stdout).toContain('discord')
})
