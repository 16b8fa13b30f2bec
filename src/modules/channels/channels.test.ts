import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { Channel } from '../../../contract/channels.ts'
import { ConversationSummary } from '../../../contract/conversations.ts'
import { listOf, Problem } from '../../../contract/http.ts'
import { startTestNetwork, until } from '../../../practice/test-network.ts'
import type { Person } from '../../../test/http.ts'
import { type PracticeNetwork, startTestParley, type TestParley } from '../../../test/parley.ts'
import { runParley } from '../../../test/program.ts'

let world: TestParley
let owner: Person
/** A second server of the kind, which nobody allowed. */
let other: PracticeNetwork

beforeAll(async () => {
  world = await startTestParley()
  owner = await world.people.owner('Bakery')
  other = await startTestNetwork()
})
afterAll(async () => {
  await world.close()
  await other.stop()
  expect(world.log.errors()).toEqual([])
})
beforeEach(async () => {
  await world.network.calm()
})

const rightFields = () => ({ server: world.network.url, token: world.network.token })

async function call(method: string, path: string, body?: unknown) {
  return world.request(owner, method, `/api/v1${path}`, body)
}

async function connect(fields: Record<string, string> = rightFields()): Promise<Channel> {
  const answer = await call('POST', '/channels', { network: 'mastodon', fields })
  expect(answer).toMatchObject({ status: 201 })
  return Channel.parse(answer.body)
}

async function channels(): Promise<Channel[]> {
  return listOf(Channel).parse((await call('GET', '/channels')).body).items
}

async function channelIn(state: Channel['state']): Promise<Channel> {
  return until(async () => (await channels()).find((one) => one.state === state), 60_000)
}

async function conversationOf(text: string): Promise<ConversationSummary> {
  return until(async () => {
    const { body } = await call('GET', '/conversations?limit=100')
    return listOf(ConversationSummary)
      .parse(body)
      .items.find(({ preview }) => preview.includes(text))
  }, 120_000)
}

async function problemsTold(): Promise<string[]> {
  const rows = await world.sql(
    `select act from audit_entries where act in ('channel.trouble', 'channel.recovered') order by seq`,
  )
  return rows.map(({ act }) => z.string().parse(act))
}

it.each([
  [{}, 400, 'fields.server'],
  [{ server: 'x.example', token: '  ' }, 400, 'fields.token'],
  [{ server: 'not a name', token: 't' }, 422, 'fields.server'],
  [{ server: 'URL', token: 'two words' }, 422, 'fields.token'],
  [{ server: 'URL', token: 'wrong' }, 422, 'fields.token'],
])('names the field that is wrong in %j', async (given, status, field) => {
  const fields = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      value === 'URL' ? world.network.url : value,
    ]),
  )
  const answer = await call('POST', '/channels', { network: 'mastodon', fields })
  const problem = Problem.parse(answer.body)
  expect({ status: answer.status, fields: problem.errors?.map((one) => one.field) }).toEqual({
    status,
    fields: [field],
  })
  expect(await channels()).toEqual([])
})

it('refuses a network that this build does not have', async () => {
  const answer = await call('POST', '/channels', { network: 'nowhere', fields: {} })
  expect(answer).toMatchObject({ status: 400, body: { code: 'bad-input' } })
})

it('connects an account, says what it can do, and connecting it again renews it', async () => {
  const first = await connect()
  expect(first).toMatchObject({
    network: 'mastodon',
    networkName: 'Mastodon',
    service: world.network.url,
    displayName: 'The Corner Shop',
    state: 'connected',
    problem: null,
    practice: true,
    can: { manage: true },
  })
  expect(first.abilities['reply-public']).toEqual({ can: true })
  const again = await connect()
  expect(again.id).toBe(first.id)
  expect(await channels()).toHaveLength(1)
  const [secrets] = await world.sql('select count(*)::int as count from secrets')
  expect(secrets?.count).toBe(1)
})

it('refuses a server on a private network that nobody allowed, and says so at the field', async () => {
  const fields = { server: other.url, token: other.token }
  for (const path of ['/channels', '/channels/consent']) {
    const answer = await call('POST', path, { network: 'mastodon', fields })
    expect(answer.status).toBe(422)
    expect(Problem.parse(answer.body).errors).toEqual([
      { field: 'fields.server', message: 'this address is not allowed' },
    ])
  }
  const seen = z.object({ items: z.array(z.unknown()) })
  expect(seen.parse((await other.get('/practice/requests')).json).items).toEqual([])
})

it('refuses to reconnect with the sign-in of another account, and keeps the old one', async () => {
  await world.sql('insert into allowed_origins (origin, why) values ($1, $2)', [other.url, 'test'])
  const [channel] = await channels()
  const path = `/channels/${channel?.id}/reconnect`
  const fields = { server: other.url, token: other.token }
  const refused = await until(async () => {
    const answer = await call('POST', path, { fields })
    return JSON.stringify(answer.body).includes('not allowed') ? null : answer
  }, 120_000)
  expect(refused).toMatchObject({ status: 422, body: { code: 'refused' } })
  expect(Problem.parse(refused.body).detail).toContain('Sign in as that account')
  expect(await channels()).toMatchObject([{ service: world.network.url, state: 'connected' }])
  const kept = await call('POST', path, { fields: rightFields() })
  expect(kept).toMatchObject({ status: 200, body: { id: channel?.id } })
  const missing = await call('POST', `/channels/${crypto.randomUUID()}/reconnect`, { fields })
  expect(missing.status).toBe(404)
  await world.sql('delete from allowed_origins')
})

it('stops receiving when disconnected, keeps the conversations, and brings what was missed', async () => {
  await world.network.customer('@shop is the bread fresh?')
  const before = await conversationOf('is the bread fresh')
  const [channel] = await channels()
  expect((await call('DELETE', `/channels/${channel?.id}`)).status).toBe(204)
  expect((await channelIn('disconnected')).id).toBe(channel?.id)
  await world.network.customer('@shop anybody there?')
  const reply = await call('POST', `/conversations/${before.id}/replies`, { text: 'Yes it is' })
  expect(reply.status).toBeLessThan(500)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect((await call('GET', `/conversations/${before.id}`)).status).toBe(200)
  const missed = await call('GET', '/conversations?text=anybody%20there')
  expect(listOf(ConversationSummary).parse(missed.body).items).toEqual([])
  const revived = await connect()
  expect(revived.id).toBe(channel?.id)
  expect((await conversationOf('anybody there')).channelId).toBe(channel?.id)
  await world.network.customer('@shop and now?')
  await conversationOf('and now?')
  expect((await call('GET', `/conversations/${before.id}`)).body).toMatchObject({ id: before.id })
})

it('tells a token that stopped working once, in words, and that it is well again', async () => {
  const toldBefore = (await problemsTold()).length
  await world.network.fault({ kind: 'expired-token' })
  const ill = await channelIn('attention')
  expect(ill.problem).toMatchObject({ kind: 'auth-expired' })
  expect(ill.problem?.detail.length).toBeGreaterThan(10)
  await new Promise((resolve) => setTimeout(resolve, 3000))
  expect((await problemsTold()).slice(toldBefore)).toEqual(['channel.trouble'])
  expect((await channels())[0]?.problem?.since).toBe(ill.problem?.since)
  await world.network.customer('@shop while you were out')
  await world.network.calm()
  const well = await channelIn('connected')
  expect(well.problem).toBeNull()
  await conversationOf('while you were out')
  expect((await problemsTold()).slice(toldBefore)).toEqual(['channel.trouble', 'channel.recovered'])
})

it('tells an outage only when it lasts, and recovers by itself', async () => {
  const toldBefore = (await problemsTold()).length
  await world.network.fault({ kind: 'outage' })
  const ill = await channelIn('attention')
  expect(ill.problem?.kind).toBe('unavailable')
  await world.network.calm()
  expect((await channelIn('connected')).problem).toBeNull()
  expect((await problemsTold()).slice(toldBefore)).toEqual(['channel.trouble', 'channel.recovered'])
})

it('says in words which permission a sign-in has lost, and what still works', async () => {
  const toldBefore = (await problemsTold()).length
  await world.network.fault({ kind: 'lost-scope', scopes: ['read:notifications'] })
  const ill = await until(async () => {
    const [channel] = await channels()
    return channel?.abilities['receive-public']?.can === false ? channel : null
  }, 120_000)
  expect(ill).toMatchObject({ state: 'attention', problem: { kind: 'scope-lost' } })
  expect(ill.abilities['receive-public']).toMatchObject({
    why: expect.stringContaining('does not include reading notifications'),
  })
  expect(ill.abilities['reply-public']).toEqual({ can: true })
  await new Promise((resolve) => setTimeout(resolve, 3000))
  expect((await problemsTold()).slice(toldBefore)).toEqual(['channel.trouble'])
  await world.network.calm()
  const well = await until(async () => {
    const [channel] = await channels()
    return channel?.state === 'connected' && channel.abilities['receive-public']?.can === true
      ? channel
      : null
  }, 120_000)
  expect(well.problem).toBeNull()
})

it('may reach a private server once the operator named it at the command line', async () => {
  const fields = { server: other.url, token: other.token }
  const body = { network: 'mastodon', fields }
  expect((await call('POST', '/channels', body)).status).toBe(422)
  const env = { PARLEY_HOME: world.home, DATABASE_URL: world.database.url }
  const args = ['channel', 'connect', 'mastodon', '--server', other.url, '--token-stdin']
  const ran = await runParley(args, { env, stdin: other.token })
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('private network') })
  const named = await until(
    async () => (await channels()).find((one) => one.service === other.url),
    10_000,
  )
  const again = await until(async () => {
    const answer = await call('POST', '/channels', body)
    return answer.status === 201 ? Channel.parse(answer.body) : null
  }, 120_000)
  expect(again).toMatchObject({ id: named.id, practice: false })
  await other.customer('@shop from the other server')
  expect((await conversationOf('from the other server')).channelId).toBe(named.id)
})

it('shows another business nothing of it, and lets only managers change it', async () => {
  const [channel] = await channels()
  const stranger = await world.people.owner('Smithy')
  const responder = await world.people.member(owner, 'responder')
  const theirs = await world.request(stranger, 'GET', '/api/v1/channels')
  expect(theirs.body).toEqual({ items: [], next: null })
  const gone = await world.request(stranger, 'DELETE', `/api/v1/channels/${channel?.id}`)
  expect(gone.status).toBe(404)
  const seen = await world.request(responder, 'GET', '/api/v1/channels')
  const items = listOf(Channel).parse(seen.body).items
  expect(items.find(({ id }) => id === channel?.id)?.can).toEqual({ manage: false })
  const refused = await world.request(responder, 'DELETE', `/api/v1/channels/${channel?.id}`)
  expect(refused.status).toBe(403)
})

it('writes each connection into the audit log without its secret', async () => {
  const rows = await world.sql(
    `select act, detail::text as detail from audit_entries where act like 'channel.%' order by seq`,
  )
  const acts = rows.map(({ act }) => act)
  expect(acts).toEqual(
    expect.arrayContaining(['channel.connect', 'channel.reconnect', 'channel.disconnect']),
  )
  expect(JSON.stringify(rows)).not.toContain(world.network.token)
})
