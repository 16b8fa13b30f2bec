import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gunzipSync } from 'node:zlib'
import { afterEach, expect, it } from 'vitest'
import { z } from 'zod'
import { Channel, ConsentBegun } from '../contract/channels.ts'
import { ConversationSummary } from '../contract/conversations.ts'
import { listOf } from '../contract/http.ts'
import { NewInvitation, NewKey } from '../contract/members.ts'
import { BackupCodes, NewFactor } from '../contract/sign-in.ts'
import { until } from '../practice/test-network.ts'
import { answerConsentPage } from './consent-page.ts'
import { createTestDatabase } from './database.ts'
import { type As, type Caller, createRemoteCaller, readTotp, testPublicUrl } from './http.ts'
import { startTestParley } from './parley.ts'
import { freePort, runParley, startProgram } from './program.ts'
import { databaseText, listProcesses, shapesOf } from './spy.ts'

/** A running Parley with its practice network, and all that can be seen of it from outside. */
type Stage = {
  request: Caller
  databaseUrl: string
  home: string
  practiceUrl: string
  /** Folder of the practice network's own database. */
  practiceData: string
  /** All that was logged or printed, at level trace. */
  logged(): string
  end(): Promise<void>
}

async function inThisProcess(): Promise<Stage> {
  const world = await startTestParley()
  return {
    request: world.request,
    databaseUrl: world.database.url,
    home: world.home,
    practiceUrl: world.network.url,
    practiceData: world.network.dataDir,
    logged: world.log.text,
    end: world.close,
  }
}

async function asAProcess(): Promise<Stage> {
  const database = await createTestDatabase()
  const home = await mkdtemp(join(tmpdir(), 'parley-secrets-'))
  const [port, practicePort] = [await freePort(), await freePort()]
  const program = startProgram('src/main.ts', [], {
    env: {
      PARLEY_HOME: home,
      DATABASE_URL: database.url,
      PARLEY_PORT: String(port),
      PARLEY_PRACTICE_PORT: String(practicePort),
      PARLEY_PUBLIC_URL: testPublicUrl,
      PARLEY_LOG_LEVEL: 'trace',
    },
  })
  await program.says(/Parley is ready/)
  return {
    request: createRemoteCaller(`http://127.0.0.1:${port}`),
    databaseUrl: database.url,
    home,
    practiceUrl: `http://127.0.0.1:${practicePort}`,
    practiceData: join(home, 'practice'),
    logged: () => program.stdout() + program.stderr(),
    async end() {
      program.child.kill('SIGTERM')
      await program.ended
      await database.drop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

let stage: Stage
afterEach(() => stage.end())

it.each([
  ['in this process', inThisProcess],
  ['as a process of its own, with its practice network', asAProcess],
])('shows no secret in clear to anybody, whatever goes wrong (%s)', async (_where, start) => {
  stage = await start()
  const watched = watch(stage.request)
  const listings = [await listProcesses()]
  const person = await becomeOwner(watched)
  await stumble(watched, person)
  const key = await makeKeyAndInvitation(watched, person)
  await connectByToken(watched, person)
  await connectByConsent(watched, person)
  listings.push(await listProcesses())
  await answerThroughTrouble(watched, { key })
  await readEverything(watched, [person, { key }])
  listings.push(await listProcesses())
  const backup = await makeBackup()
  listings.push(backup.output)
  const places = {
    log: stage.logged(),
    backup: backup.text,
    database: await databaseText(stage.databaseUrl),
    processes: listings.join('\n'),
  }
  expect(places.log).toContain('a channel needs attention')
  expect([places.backup, places.database].map((text) => text.includes('Marked Bakery'))).toEqual([
    true,
    true,
  ])
  const secrets = [...watched.secrets, ...(await secretsOfPractice())]
  expect(new Set(secrets.map(({ what }) => what)).size).toBeGreaterThan(12)
  const found = secrets.flatMap((secret) => {
    const shapes = shapesOf(secret.value)
    const holds = (text: string) => shapes.some((shape) => text.includes(shape))
    const answers = watched.answers.filter(({ name }) => name !== secret.shownBy)
    return [
      ...Object.entries(places).flatMap(([place, text]) => (holds(text) ? [place] : [])),
      ...answers.flatMap(({ name, text }) => (holds(text) ? [name] : [])),
    ].map((where) => `${secret.what} in ${where}`)
  })
  expect(found).toEqual([])
  for (const { what, value, shownBy } of secrets.filter((secret) => secret.shownBy)) {
    const showings = watched.answers.filter(({ text }) => text.includes(value))
    expect({ what, shown: showings.map(({ name }) => name) }).toEqual({ what, shown: [shownBy] })
  }
})

type Secret = { what: string; value: string; shownBy?: string }
type Watched = {
  call(as: As, method: string, path: string, body?: unknown): ReturnType<Caller>
  answers: { name: string; text: string }[]
  secrets: Secret[]
  note(what: string, value: string, shownBy?: string): string
}

/** Keeps every answer as it was, except the cookie that it hands to the browser. */
function watch(request: Caller): Watched {
  const watched: Watched = {
    answers: [],
    secrets: [],
    async call(as, method, path, body) {
      const answer = await request(as, method, path, body)
      const { 'set-cookie': _cookie, ...headers } = answer.headers
      const name = `${method} ${path}`
      watched.answers.push({ name, text: `${asText(answer.body)}\n${asText(headers)}` })
      for (const cookie of answer.cookie.split('; ').filter((one) => one.length > 60))
        watched.note('cookie', decodeURIComponent(cookie.replace(/^[^=]*=/, '')))
      return answer
    },
    note(what, value, shownBy) {
      watched.secrets.push({ what, value, ...(shownBy !== undefined && { shownBy }) })
      return value
    },
  }
  return watched
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const email = 'owner@example.com'
const enable = '/api/auth/two-factor/enable'

async function becomeOwner({ call, note }: Watched): Promise<{ cookie: string }> {
  const password = note('password', 'marked tram "window" 4c1f77')
  const owner = { business: 'Marked Bakery', name: 'Olga', email, password }
  const made = await call(null, 'POST', '/api/v1/setup/owner', owner)
  expect(made.status).toBe(201)
  const enabled = await call(made, 'POST', enable, { password })
  const { totpUri, backupCodes } = NewFactor.parse(enabled.body)
  const totp = readTotp(totpUri)
  note('authenticator', totp.secret.base32, `POST ${enable}`)
  note('authenticator, as it is', Buffer.from(totp.secret.buffer).toString('latin1'))
  for (const code of backupCodes) note('backup code', code, `POST ${enable}`)
  const code = totp.generate()
  const verified = await call(made, 'POST', '/api/auth/two-factor/verify-totp', { code })
  expect(verified.status).toBe(200)
  const first = await call(null, 'POST', '/api/auth/sign-in/email', { email, password })
  const path = '/api/auth/two-factor/verify-backup-code'
  const again = await call(first, 'POST', path, { code: backupCodes[0] })
  expect(again.status).toBe(200)
  const generate = '/api/auth/two-factor/generate-backup-codes'
  const fresh = BackupCodes.parse((await call(again, 'POST', generate, { password })).body)
  for (const each of fresh.backupCodes) note('new backup code', each, `POST ${generate}`)
  return { cookie: again.cookie }
}

/** What people and programs get wrong, with something secret in it each time. */
async function stumble({ call, note }: Watched, person: { cookie: string }): Promise<void> {
  const wrong = note('wrong password', 'marked wrong lantern 77ab')
  const statuses: number[] = []
  const wrongly = async (as: As, path: string, body: unknown) =>
    statuses.push((await call(as, 'POST', path, body)).status)
  await wrongly(null, '/api/auth/sign-in/email', { email, password: wrong })
  await wrongly(null, '/api/auth/sign-in/email', { email, password: { wrong } })
  await wrongly(null, '/api/auth/sign-in/email', { email: wrong, password: wrong })
  await wrongly(null, '/api/auth/sign-in/email', `{"email": "${email}", "password": "${wrong}`)
  await wrongly(null, '/api/auth/sign-in/email', `"${wrong}"`)
  await wrongly(null, '/api/v1/setup/owner', { email, name: 'x', business: 'x', password: wrong })
  await wrongly(person, enable, { password: wrong })
  const change = { currentPassword: wrong, newPassword: note('new password', 'marked new 19fe0c!') }
  await wrongly(person, '/api/auth/change-password', change)
  const guess = note('guessed code', 'marked-guess-5510')
  await wrongly(null, '/api/auth/two-factor/verify-backup-code', { code: guess })
  const token = note('wrong invitation', 'invite_marked0wrong0token0000000000000000000')
  await wrongly(null, '/api/v1/invitations/accept', { token, name: 'x', password: wrong })
  const forged = { key: note('wrong key', `parley_${'m4rk'.repeat(10)}xyz`) }
  await wrongly(forged, '/api/v1/keys', { name: 'x', scopes: ['all'] })
  const cookie = `parley.session_token=${note('forged cookie', 'marked-forged-cookie-1.abcdef')}`
  await wrongly({ cookie }, '/api/v1/keys', { name: 'x', scopes: ['all'] })
  expect(statuses.filter((status) => status < 400 || status >= 500)).toEqual([])
}

async function makeKeyAndInvitation({ call, note }: Watched, person: As): Promise<string> {
  const made = await call(person, 'POST', '/api/v1/keys', { name: 'script', scopes: ['all'] })
  const { key } = NewKey.parse(made.body)
  note('key', key, 'POST /api/v1/keys')
  const invitation = { email: 'ana@example.com', role: 'responder' }
  const invited = await call(person, 'POST', '/api/v1/invitations', invitation)
  const token = NewInvitation.parse(invited.body).link.split('#')[1] ?? ''
  note('invitation', token, 'POST /api/v1/invitations')
  const password = note('password of a member', 'marked quiet harbour 8c')
  const input = { token, name: 'Ana', password }
  expect((await call(null, 'POST', '/api/v1/invitations/accept', input)).status).toBe(200)
  expect((await call(null, 'POST', '/api/v1/invitations/accept', input)).status).toBe(404)
  return key
}

async function connectByToken({ call, note }: Watched, person: As): Promise<void> {
  const entered = await call(person, 'POST', '/api/v1/practice', {})
  expect(entered.status).toBe(201)
  const { id } = Channel.parse(entered.body)
  const server = stage.practiceUrl
  const token = note('wrong token', 'marked-wrong-token-1f9a')
  const attempts = [
    { network: 'mastodon', fields: { server, token } },
    { network: 'mastodon', fields: { server: 'http://127.0.0.1:9', token } },
    { network: 'mastodon', fields: { server: `http://${token}@127.0.0.1:9`, token } },
    { network: 'bluesky', fields: { service: server, handle: 'a.test', password: token } },
    { network: 'mastodon', fields: { server, token: [token] } },
  ]
  for (const attempt of attempts)
    expect((await call(person, 'POST', '/api/v1/channels', attempt)).status).not.toBeLessThan(400)
  await practise('POST', '/practice/faults', { kind: 'wrong', form: 'error-500' })
  const fields = { server, token }
  const broken = await call(person, 'POST', `/api/v1/channels/${id}/reconnect`, { fields })
  expect(broken.status).toBe(503)
  await practise('DELETE', '/practice/faults')
}

async function connectByConsent({ call, note }: Watched, person: As): Promise<void> {
  for (const trouble of [true, false]) {
    const begun = await call(person, 'POST', '/api/v1/channels/consent', {
      network: 'mastodon',
      fields: { server: stage.practiceUrl },
    })
    const { address } = ConsentBegun.parse(begun.body)
    const path = await answerConsentPage(address, 'yes')
    const query = new URL(path, 'http://x').searchParams
    note('consent code', query.get('code') ?? '')
    if (trouble) await practise('POST', '/practice/faults', { kind: 'wrong', form: 'error-500' })
    const answer = await call(person, 'GET', path)
    const told = new URL(String(answer.headers.location), 'http://x').searchParams
    expect([...told.keys()]).toEqual([trouble ? 'problem' : 'connected'])
    await practise('DELETE', '/practice/faults')
  }
}

/** A customer is answered while the network fails in several ways. */
async function answerThroughTrouble({ call }: Watched, key: As): Promise<void> {
  await practise('POST', '/practice/posts', { as: 'mara', text: '@shop Marked question?' })
  const asked = await until(async () => {
    const { body } = await call(key, 'GET', '/api/v1/conversations?text=Marked%20question')
    return listOf(ConversationSummary).parse(body).items[0]
  }, 120_000)
  for (const fault of [
    { kind: 'wrong', form: 'error-500', target: 'post', times: 1 },
    { kind: 'cut-after-accept', times: 1 },
    { kind: 'expired-token', seconds: 1 },
  ]) {
    await practise('POST', '/practice/faults', fault)
    const path = `/api/v1/conversations/${asked.id}/replies`
    const reply = await call(key, 'POST', path, { text: `Yes, despite ${fault.kind}` })
    expect(reply.status).toBe(202)
    await new Promise((resolve) => setTimeout(resolve, 1200))
  }
  await practise('DELETE', '/practice/faults')
}

/** Every address that can be read, as each of them and as nobody. */
async function readEverything({ call }: Watched, readers: As[]): Promise<void> {
  const { body } = await call(null, 'GET', '/api/openapi.json')
  const { paths } = z
    .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(body)
  const ids = listOf(ConversationSummary).parse(
    (await call(readers[0] ?? null, 'GET', '/api/v1/conversations')).body,
  )
  const readable = Object.entries(paths).filter(
    ([path, operations]) => 'get' in operations && path !== '/api/v1/events',
  )
  expect(readable.length).toBeGreaterThan(15)
  for (const [path] of [...readable, ['/healthz'], ['/readyz'], ['/metrics']])
    for (const reader of [...readers, null])
      await call(reader, 'GET', String(path).replace('{id}', ids.items[0]?.id ?? ''))
}

async function makeBackup(): Promise<{ text: string; output: string }> {
  const file = join(stage.home, 'all.backup')
  const env = {
    PARLEY_HOME: stage.home,
    DATABASE_URL: stage.databaseUrl,
    PARLEY_LOG_LEVEL: 'trace',
  }
  const ran = await runParley(['backup', file, '--json'], { env })
  expect(ran).toMatchObject({ code: 0 })
  const text = gunzipSync(await readFile(file)).toString('latin1')
  return { text, output: ran.stdout + ran.stderr }
}

/** What the practice network gave to Parley: tokens, and the passwords of the programs it registered. */
async function secretsOfPractice(): Promise<Secret[]> {
  const files = await readdir(stage.practiceData)
  const file = files.find((name) => /[.](sqlite|db)$/.test(name)) ?? ''
  const db = new DatabaseSync(join(stage.practiceData, file), { readOnly: true })
  const read = (query: string) =>
    z
      .array(z.object({ value: z.string() }))
      .parse(db.prepare(query).all())
      .map(({ value }) => value)
  const tokens = read('select token as value from tokens').map((value) => ({
    what: 'access token',
    value,
  }))
  const clients = read('select client_secret as value from apps').map((value) => ({
    what: 'client secret',
    value,
  }))
  db.close()
  expect(Math.min(tokens.length, clients.length)).toBeGreaterThan(1)
  return [...tokens, ...clients]
}

async function practise(method: string, path: string, body?: unknown): Promise<void> {
  const answer = await fetch(`${stage.practiceUrl}${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
}
