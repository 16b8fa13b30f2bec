import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { DeliveryReason } from '../../contract/deliveries.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { runParley } from '../../test/program.ts'
import { startEmulator } from '../connectors/telegram/emulator.fixture.ts'
import { readConfig } from '../platform/config.ts'
import { commands } from './commands.ts'
import { fakeMastodon } from './mastodon-server.fixture.ts'
import { runCommand } from './run-command.ts'

let database: TestDatabase
let home: string

beforeAll(async () => {
  database = await createTestDatabase()
  home = await mkdtemp(join(tmpdir(), 'parley-cli-'))
})
afterAll(async () => {
  await database.drop()
  await rm(home, { recursive: true, force: true })
})

type Ran = { code: number | null; stdout: string; stderr: string }

/** Runs the command as an operator does: a process of its own. */
const parley = (args: string[], { env, ...options }: { stdin?: string; env?: object } = {}) =>
  runParley(args, { ...options, env: { PARLEY_HOME: home, DATABASE_URL: database.url, ...env } })

/** The same in this process, for command lines that end before anything is opened. */
async function said(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const ran: Ran = { code: null, stdout: '', stderr: '' }
  ran.code = await runCommand(commands, args, {
    config: () => readConfig(environment),
    stdin: Readable.from([]),
    stdout: (text) => {
      ran.stdout += text
    },
    stderr: (text) => {
      ran.stderr += text
    },
  })
  return ran
}

const password = 'correct horse battery staple 9'
const owner = ['owner', 'create', '--email', 'ana@brutaria.ro', '--name', 'Ana', '--password-stdin']

it('lists every command in its help', async () => {
  const { code, stdout } = await parley(['--help'])
  expect(code).toBe(0)
  for (const { words } of commands) expect(stdout).toContain(words.join(' '))
  expect((await said([])).stdout).toBe(stdout.trimEnd())
})

it.each(commands.map(({ words }) => [words.join(' '), words] as const))(
  'has --help for %s, and refuses an option it does not know',
  async (_name, words) => {
    const help = await said([...words, '--help'], { DATABASE_URL: 'nonsense' })
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toContain(`parley ${words.join(' ')}`)
    expect(help.stdout).toContain('--json')
    const wrong = await said([...words, '--no-such-option'])
    expect(wrong.code).toBe(2)
    expect(wrong.stdout).toBe('')
    expect(wrong.stderr).toContain('--no-such-option')
    expect(wrong.stderr).not.toMatch(/\n\s+at /)
  },
)

it.each([
  [['fly'], 'There is no command "fly"'],
  [['key', 'burn'], 'parley key create'],
  [['key', 'create', '--name', 'x'], '--scopes is missing'],
  [['key', 'create', '--name', 'x', '--scopes', 'all,fly'], '--scopes: unknown scope'],
  [['backup'], 'FILE is missing'],
  [['backup', 'a', 'b'], '"b" is one word too many'],
  [['migrate', '--json=maybe'], '--json'],
  [['owner', 'create', '--email', 'x', '--name', 'n', '--password-stdin'], 'not an e-mail address'],
  [['owner', 'create', '--email', 'a@b.ro', '--name', 'n'], '--password-stdin'],
  [['audit', 'verify', '--head', '1:2'], '--head'],
])('answers wrong usage %j with status 2', async (args, says) => {
  const { code, stdout, stderr } = await said(args)
  expect(stderr).toContain(says)
  expect([code, stdout]).toEqual([2, ''])
})

it('says in one sentence that the database cannot be reached, with status 3', async () => {
  const env = { DATABASE_URL: 'postgres://parley:marked-7d1e@127.0.0.1:1/x' }
  for (const args of [['migrate'], ['backup', join(home, 'x')], ['audit', 'verify']]) {
    const { code, stderr } = await parley(args, { env })
    expect(stderr).toContain('cannot be reached')
    expect(stderr).not.toContain('marked-7d1e')
    expect(code).toBe(3)
  }
  const wrong = await parley(['migrate'], { env: { DATABASE_URL: 'nonsense' } })
  expect(wrong.stderr).toContain('DATABASE_URL')
  expect(wrong.code).toBe(1)
})

it('refuses to act before there is an owner', async () => {
  const { code, stderr } = await parley(['key', 'create', '--name', 'x', '--scopes', 'all'])
  expect(stderr).toContain('parley owner create')
  expect(code).toBe(4)
})

it('creates an owner once, and keys that are printed once', async () => {
  const weak = await parley(owner, { stdin: 'password1\n' })
  expect(weak.code).toBe(2)
  const first = await parley([...owner, '--business', 'Brutăria', '--json'], {
    stdin: `${password}\n`,
  })
  expect(first.code).toBe(0)
  expect(first.stdout + first.stderr).not.toContain(password)
  expect(Object.keys(JSON.parse(first.stdout)).sort()).toEqual(['memberId', 'workspaceId'])
  const again = await parley(owner, { stdin: password })
  expect(again.code).toBe(4)
  const made = await parley(['key', 'create', '--name', 'script', '--scopes', 'all', '--json'])
  expect(made.code).toBe(0)
  const key = z
    .strictObject({ id: z.uuid(), key: z.string().min(30) })
    .parse(JSON.parse(made.stdout))
  const { rows } = await query(database.url, 'select id, scopes, hash from api_keys')
  expect(rows).toMatchObject([{ id: key.id, scopes: ['all'] }])
  expect(JSON.stringify(rows)).not.toContain(key.key)
  const some = await parley(['key', 'create', '--name', 'r', '--scopes', 'reply,read-channels'])
  expect(some.code).toBe(0)
})

it('lists the keys and ends one, which nobody can use from then on', async () => {
  const made = await parley(['key', 'create', '--name', 'lost', '--scopes', 'all', '--json'])
  const { id, key } = JSON.parse(made.stdout)
  const list = await parley(['key', 'list', '--json'])
  const { items } = z
    .object({ items: z.array(z.object({ id: z.string(), hint: z.string() })) })
    .parse(JSON.parse(list.stdout))
  expect(items).toContainEqual({ id, hint: key.slice(-4) })
  expect(list.stdout).not.toContain(key)
  const revoked = await parley(['key', 'revoke', id])
  expect(revoked).toMatchObject({ code: 0, stderr: '' })
  expect((await parley(['key', 'list'])).stdout).toMatch(new RegExp(`${id}.*revoked`))
  expect((await parley(['key', 'revoke', id])).code).toBe(4)
  expect((await parley(['key', 'revoke', 'nonsense'])).code).toBe(2)
})

it('shows who is on call, and about whom somebody is being called', async () => {
  const shown = await parley(['on-call', 'show', '--json'])
  expect(JSON.parse(shown.stdout)).toMatchObject({
    onCall: [],
    owners: [{ name: 'Ana' }],
    mails: false,
    pages: [],
  })
  const { code, stdout } = await parley(['on-call', 'show'])
  expect(code).toBe(0)
  expect(stdout).toContain('1. the owners: Ana')
  expect(stdout).toContain('Nobody is being called.')
})

it('takes the second factor and the sessions of somebody who lost it away, on record', async () => {
  const [user] = (await query(database.url, 'select id from auth."user"')).rows
  await query(
    database.url,
    `update auth."user" set "twoFactorEnabled" = true;
     insert into auth."twoFactor" (id, secret, "backupCodes", "userId") values ('f', 's', 'c', '${user.id}');
     insert into auth."passkey" (id, "publicKey", "userId", "credentialID", counter, "deviceType", "backedUp")
       values ('p', 'k', '${user.id}', 'c', 0, 'x', false);
     insert into auth."session" (id, "expiresAt", token, "updatedAt", "userId", factor)
       values ('s', now() + interval '1 day', 't', now(), '${user.id}', 'totp')`,
  )
  const unknown = await parley(['member', 'reset-factor', '--email', 'eve@brutaria.ro'])
  expect(unknown.stderr).toContain('No member has the address')
  expect(unknown.code).toBe(4)
  const reset = await parley(['member', 'reset-factor', '--email', 'Ana@brutaria.ro', '--json'])
  expect(reset.code).toBe(0)
  const { rows } = await query(
    database.url,
    `select (select count(*) from auth."twoFactor") + (select count(*) from auth."passkey")
       + (select count(*) from auth."session") + (select count(*) from auth."user" where "twoFactorEnabled") as left,
      (select count(*) from audit_entries where act = 'second-factor.reset' and actor = 'operator') as told`,
  )
  expect(rows).toEqual([{ left: 0, told: 1 }])
})

it('verifies the audit log, and fails when it was changed', async () => {
  const good = await parley(['audit', 'verify', '--json'])
  expect(good.code).toBe(0)
  const { ok, workspaces } = JSON.parse(good.stdout)
  expect(ok).toBe(true)
  const head = `${workspaces[0].head.seq}:${workspaces[0].head.hash}`
  expect((await parley(['audit', 'verify', '--head', head])).code).toBe(0)
  await query(
    database.url,
    `alter table audit_entries disable trigger all; update audit_entries set actor_name = actor_name || '!' where seq = 2`,
  )
  const bad = await parley(['audit', 'verify'])
  await query(
    database.url,
    `update audit_entries set actor_name = rtrim(actor_name, '!') where seq = 2; alter table audit_entries enable trigger all`,
  )
  expect(bad.stdout).toContain('BROKEN at entry 2')
  expect(bad.code).toBe(1)
  expect((await parley(['audit', 'verify', '--head', `1:${'0'.repeat(64)}`])).code).toBe(1)
})

it('connects a Mastodon account on this machine, and allows its address because it was named', async () => {
  const server = await fakeMastodon('marked-token-51c2')
  const connect = (stdin: string) =>
    parley(
      ['channel', 'connect', 'mastodon', '--server', server.origin, '--token-stdin', '--json'],
      { stdin },
    )
  const refused = await connect('another-token')
  expect(refused.code).toBeGreaterThan(0)
  expect((await query(database.url, 'select origin from allowed_origins')).rows).toEqual([])
  const { code, stdout, stderr } = await connect('marked-token-51c2\n')
  expect(stderr).toContain('private network')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ network: 'mastodon', state: 'connected' })
  const { rows } = await query(database.url, 'select origin from allowed_origins')
  expect(rows).toEqual([{ origin: server.origin }])
  const list = await parley(['channel', 'list', '--json'])
  expect(JSON.parse(list.stdout).items).toMatchObject([{ network: 'mastodon', state: 'connected' }])
  for (const ran of [refused, list, { stdout, stderr }])
    expect(ran.stdout + ran.stderr).not.toContain('marked-token')
  await server.close()
})

it('connects a Telegram bot, by webhook only where Telegram can reach Parley', async () => {
  const { url, token, close } = await startEmulator()
  const line = ['channel', 'connect', 'telegram', '--server', url, '--token-stdin']
  const webhook = await parley([...line, '--receive', 'webhook'], { stdin: token })
  expect(webhook).toMatchObject({ code: 4, stderr: expect.stringContaining('PARLEY_PUBLIC_URL') })
  const polling = await parley(line, { stdin: token })
  expect(polling).toMatchObject({ code: 0, stdout: expect.stringContaining('corner_shop_bot') })
  expect(JSON.stringify([webhook, polling])).not.toContain(token.split(':')[1])
  await close()
})

it('lists what was kept aside, and says when it still cannot be read', async () => {
  const { rows } = await query(
    database.url,
    `insert into events (workspace_id, id, channel_id, event_key, raw, kind, state, problem, received_at)
     select workspace_id, '01a00000-0000-7000-8000-000000000009', id, '\\x00', '{"odd": true}', 'unknown', 'aside', 'not understood', now()
     from channels order by created_at limit 1 returning id`,
  )
  const list = await parley(['aside', 'list', '--json'])
  expect(JSON.parse(list.stdout)).toMatchObject({
    items: [{ id: rows[0].id, raw: { odd: true } }],
    next: null,
  })
  const again = await parley(['aside', 'replay', rows[0].id])
  expect(again.stdout).toContain('still cannot be read')
  expect(again.code).toBe(1)
  const unknown = await parley(['aside', 'replay', '01a00000-0000-7000-8000-000000000000'])
  expect(unknown.code).toBe(4)
  const all = await parley(['aside', 'replay', '--all', '--json'])
  expect(JSON.parse(all.stdout)).toEqual({ understood: 0, left: 1 })
  expect(all.code).toBe(1)
  for (const args of [[], [rows[0].id, '--all']])
    expect((await said(['aside', 'replay', ...args])).code).toBe(2)
  await query(database.url, 'delete from events')
  const none = await parley(['aside', 'replay', '--all'])
  expect(none).toMatchObject({ code: 0 })
})

it('finds what is wrong, and says how to mend it', async () => {
  const env = { PARLEY_PORT: '47113' }
  const well = await parley(['doctor', '--json'], { env })
  expect(JSON.parse(well.stdout).checks.filter((check: { ok: boolean }) => !check.ok)).toEqual([])
  expect(well.code).toBe(0)
  await chmod(join(home, 'secret.key'), 0o644)
  await query(database.url, 'alter table people no force row level security')
  const ill = await parley(['doctor', '--json'], { env })
  await chmod(join(home, 'secret.key'), 0o600)
  await query(database.url, 'alter table people force row level security')
  expect(ill.code).toBe(1)
  const wrong = JSON.parse(ill.stdout).checks.filter((check: { ok: boolean }) => !check.ok)
  expect(wrong.map(({ name }: { name: string }) => name)).toEqual([
    'key file',
    'walls',
    'stored sign-ins',
  ])
  for (const { remedy } of wrong) expect(remedy.length).toBeGreaterThan(10)
  const gone = await parley(['doctor'], {
    env: { ...env, DATABASE_URL: 'postgres://127.0.0.1:1/x' },
  })
  expect(gone.code).toBe(1)
  expect(gone.stdout).toContain('WRONG  database')
})

it('gives replies that waited back for a person to decide, or sends them when told to resume', async () => {
  const file = join(home, 'waiting.backup')
  const source = await createTestDatabase()
  const targets = [await createTestDatabase(), await createTestDatabase()]
  try {
    await query(source.url, waitingReplies)
    await parley(['backup', file], { env: { DATABASE_URL: source.url } })
    const states: unknown[] = []
    for (const [at, target] of targets.entries()) {
      const args = ['restore', file, ...(at === 1 ? ['--resume'] : [])]
      const ran = await parley(args, { env: { DATABASE_URL: target.url } })
      expect(ran.code).toBe(0)
      const { rows } = await query(
        target.url,
        'select state, reason from deliveries order by send_key',
      )
      for (const { state, reason } of rows) if (state === 'unknown') DeliveryReason.parse(reason)
      states.push(rows.map(({ state }) => state))
    }
    expect(states).toEqual([
      ['unknown', 'unknown', 'unknown', 'sent', 'cancelled'],
      ['queued', 'held', 'sending', 'sent', 'cancelled'],
    ])
  } finally {
    for (const each of [source, ...targets]) await each.drop()
  }
})

const id = `'00000000-0000-7000-8000-000000000001'`
/** One reply in each state that matters, without what it would hang on. */
const waitingReplies = `set session_replication_role = replica;
  insert into workspaces (id, name, time_zone, locale, hours) values (${id}, 'B', 'UTC', 'en', '{}');
  insert into channels select ${id}, ${id}, 'mastodon', 's', 'r', 'h', 'd', null, 'p', 'connected', null, '{}', '{}', ${id}, now();
  insert into people values (${id}, ${id}, 'P');
  insert into identities values (${id}, ${id}, ${id}, 'mastodon', 'r', 'h', 'd');
  insert into conversations (workspace_id, id, channel_id, identity_id, person_id, thread_key, visibility, state, last_message_at)
    values (${id}, ${id}, ${id}, ${id}, ${id}, 't', 'public', 'open', now());
  insert into messages (workspace_id, id, conversation_id, channel_id, author, remote_id, remote_version, visibility, text, preview, ref, search, sent_at, received_at)
    values (${id}, ${id}, ${id}, ${id}, 'customer', 'r', '1', 'public', 'x', 'x', '{}', '', now(), now());
  insert into deliveries (workspace_id, id, channel_id, conversation_id, reply_to_message_id, state, content, send_key, not_before, created_by, created_by_name, created_at)
    select ${id}, gen_random_uuid(), ${id}, ${id}, ${id}, state, '{}', n::text, now(), 'operator', 'x', now()
    from unnest(array['queued', 'held', 'sending', 'sent', 'cancelled']) with ordinality as s (state, n)`

it('moves everything to another machine by backup and restore', async () => {
  const file = join(home, 'all.backup')
  const backup = await parley(['backup', file, '--json'])
  expect(backup.code).toBe(0)
  const target = await createTestDatabase()
  const otherHome = await mkdtemp(join(tmpdir(), 'parley-cli-other-'))
  const env = { DATABASE_URL: target.url, PARLEY_HOME: otherHome }
  try {
    const withoutKey = await parley(['restore', file], { env })
    expect(withoutKey.code).toBe(0)
    expect(withoutKey.stdout).toContain('key file is missing')
    const again = await parley(['restore', file], { env })
    expect(again.stderr).toContain('not empty')
    expect(again.code).toBe(4)
    await writeFile(join(otherHome, 'secret.key'), await readFile(join(home, 'secret.key')), {
      mode: 0o600,
    })
    const verdict = await parley(['audit', 'verify'], { env })
    expect(verdict.code).toBe(0)
    const health = await parley(['doctor', '--json'], { env: { ...env, PARLEY_PORT: '47113' } })
    expect(JSON.parse(health.stdout).ok).toBe(true)
    const list = await parley(['channel', 'list', '--json'], { env })
    expect(JSON.parse(list.stdout).items).toHaveLength(2)
    await writeFile(file, 'nonsense')
    const nonsense = await parley(['restore', file], { env })
    expect(nonsense.stderr).toContain('not a Parley backup')
    expect(nonsense.code).toBe(4)
  } finally {
    await target.drop()
    await rm(otherHome, { recursive: true, force: true })
  }
})

async function query(url: string, text: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await client.query(text)
  } finally {
    await client.end()
  }
}
