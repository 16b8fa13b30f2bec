import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Conversation, ConversationSummary } from '../../../contract/conversations.ts'
import { listOf, Problem } from '../../../contract/http.ts'
import { RuleId } from '../../../contract/ids.ts'
import { type Rule, Trial } from '../../../contract/routing.ts'
import { CorrectedMessage } from '../../../contract/understanding.ts'
import { createTestServer, type Person, type TestServer } from '../../../test/http.ts'
import { createTestLog } from '../../../test/log.ts'
import { gone, makeChannel, minute, said, session, town, translate } from '../../../test/town.ts'
import type { RawEvent } from '../../connectors/contract.ts'
import { loadKeyring } from '../../platform/crypto.ts'
import { inWorkspace } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import { type IngestChannel, ingestPage } from '../ingest/index.ts'
import { actorOf } from '../members/index.ts'
import { registerRouting } from '../routing/index.ts'
import { registerConversations } from './index.ts'
import { startReading } from './read-unread.ts'

let server: TestServer
let home: string
let owner: Person
let channel: IngestChannel

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-kinds-'))
  const keyring = await loadKeyring(join(home, 'secret.key'))
  const connectors = new Map([[town.network, town]])
  server = await createTestServer((app, database) => {
    const { http, dial, oauth } = session
    const { log } = createTestLog()
    const deps = { database, http, dial, oauth, keyring, connectors, clock: () => minute(600), log }
    registerConversations(app, { ...deps, practiceUrl: '', actorOf })
    registerRouting(app, { db: database.db, actorOf })
  })
  owner = await server.people.owner()
  channel = await makeChannel(server.database, owner)
})
afterAll(async () => {
  await server.close()
  await rm(home, { recursive: true, force: true })
})

const take = (...events: RawEvent[]) =>
  ingestPage(server.database.db, { translate }, channel, { events, cursor: null, more: false })
const angry =
  'This is the worst service ever. My parcel came broken and nobody answers. I want my money back!'
const grateful = 'Thank you so much, that was wonderful service, I am very happy!'
const asking = 'What time do you open on Saturday?'

async function list(query: string) {
  const { body } = await server.request(owner, 'GET', `/api/v1/conversations?${query}`)
  return listOf(ConversationSummary).parse(body).items
}

async function open(text: string) {
  const [found] = await list(
    `text=${encodeURIComponent(text)}&state=new,open,waiting-customer,done`,
  )
  if (!found) throw new Error(`nobody said ${text}`)
  const { body } = await server.request(owner, 'GET', `/api/v1/conversations/${found.id}`)
  return Conversation.parse(body)
}

async function readings(text: string) {
  const { kind, messages } = await open(text)
  return { kind, said: messages.map(({ reading }) => reading?.kind ?? null) }
}

const nameOf = ({ actor }: Person) => ('name' in actor ? actor.name : '')

async function correct(id: string, kind: unknown) {
  return server.request(owner, 'PUT', `/api/v1/messages/${id}/kind`, { kind })
}

it('says of each message what it is, and of the conversation what its newest that says something is', async () => {
  await take(said('k1', { by: 'kim', text: `Kestrel. ${angry}` }))
  expect(await readings('Kestrel')).toEqual({ kind: 'complaint', said: ['complaint'] })
  await take(said('k2', { by: 'shop', parent: 'k1', at: 5, text: 'A new one is on its way.' }))
  await take(said('k3', { by: 'kim', parent: 'k2', root: 'k1', at: 9, text: grateful }))
  await take(said('k4', { by: 'kim', parent: 'k2', root: 'k1', at: 10, text: '👋' }))
  expect(await readings('Kestrel')).toEqual({
    kind: 'praise',
    said: ['complaint', null, 'praise', 'other'],
  })
})

it('lists the conversations of one kind, and follows what a customer changes and takes back', async () => {
  await take(said('l1', { by: 'lee', text: `Lapwing. ${asking}` }))
  const names = async (kind: string) =>
    (await list(`kind=${kind}`)).flatMap(({ person: { name } }) => (name === 'LEE' ? [name] : []))
  expect(await names('question')).toEqual(['LEE'])
  await take(said('l1', { by: 'lee', text: `Lapwing. ${angry}`, edited: 7 }))
  expect(await names('question')).toEqual([])
  expect(await names('complaint')).toEqual(['LEE'])
  await take(gone('l1'))
  expect(await names('complaint')).toEqual([])
  const refused = await server.request(owner, 'GET', '/api/v1/conversations?kind=rant')
  expect(refused.status).toBe(400)
})

it('holds what a person says of a message, until the customer changes it or it is to be read again', async () => {
  await take(said('m1', { by: 'moe', text: `Merlin. ${asking}` }))
  const { messages, version } = await open('Merlin')
  const id = messages[0]?.id ?? ''
  const corrected = await correct(id, 'complaint')
  expect(corrected.status).toBe(200)
  expect(CorrectedMessage.parse(corrected.body)).toMatchObject({
    kind: 'complaint',
    correctedBy: nameOf(owner),
  })
  const after = await open('Merlin')
  expect(after).toMatchObject({ kind: 'complaint', state: 'new' })
  expect(after.version).toBeGreaterThan(version)
  expect(after.messages[0]?.reading?.correctedBy).toBe(nameOf(owner))
  expect((await correct(id, null)).status).toBe(200)
  expect(await readings('Merlin')).toEqual({ kind: 'question', said: ['question'] })
  await correct(id, 'praise')
  await take(said('m1', { by: 'moe', text: `Merlin. ${angry}`, edited: 3 }))
  expect((await open('Merlin')).messages[0]?.reading).toMatchObject({
    kind: 'complaint',
    correctedBy: null,
  })
})

it('refuses a kind that there is not, for what is nobody’s to judge, and changes nothing', async () => {
  await take(
    said('n1', { by: 'nat', text: `Nightjar. ${asking}` }),
    said('n2', { by: 'shop', parent: 'n1', at: 5, text: 'At nine.' }),
  )
  await take(said('n3', { by: 'nat', parent: 'n2', root: 'n1', at: 8, text: 'Never mind' }))
  await take(gone('n3'))
  const before = await open('Nightjar')
  const [question, answer, takenBack] = before.messages.map(({ id }) => id)
  const odd = await correct(question ?? '', 'rant')
  expect([odd.status, Problem.parse(odd.body).errors?.[0]?.field]).toEqual([400, 'kind'])
  for (const id of [answer, takenBack]) expect((await correct(id ?? '', 'praise')).status).toBe(400)
  expect((await correct(crypto.randomUUID(), 'praise')).status).toBe(404)
  expect(await open('Nightjar')).toEqual(before)
  await inWorkspace(server.database.db, owner.workspaceId, (tx) =>
    sql`update messages set erased_at = now() where id = ${question}`.execute(tx),
  )
  expect((await correct(question ?? '', 'praise')).status, 'the person was erased').toBe(400)
})

it('reads what came before it could, once, and leaves what a person said', async () => {
  await take(
    said('o1', { by: 'oli', text: `Osprey. ${angry}` }),
    said('o2', { by: 'ora', text: `Ouzel. ${asking}` }),
  )
  await correct((await open('Ouzel')).messages[0]?.id ?? '', 'praise')
  const before = [await open('Osprey'), await open('Ouzel')].map(({ kind }) => kind)
  await inWorkspace(server.database.db, owner.workspaceId, async (tx) => {
    await sql`update messages set kind = null, feeling = null where remote_id = 'o1'`.execute(tx)
    await sql`update conversations set kind = null`.execute(tx)
  })
  const reading = startReading({ database: server.database, log: createTestLog().log })
  await expect
    .poll(() => readings('Osprey'), { timeout: 60_000 })
    .toMatchObject({
      kind: before[0],
      said: ['complaint'],
    })
  await reading.stop()
  expect((await open('Ouzel')).messages[0]?.reading).toMatchObject({
    kind: 'praise',
    correctedBy: nameOf(owner),
  })
})

it('routes by what the first message is, and tries rules on what a person said it was', async () => {
  const rule: Rule = {
    id: newId(RuleId),
    name: 'Complaints',
    when: { kinds: ['complaint'], words: { of: 'any', list: ['Petrel', 'Plover'] } },
    give: { severity: 'urgent' },
    onReopen: false,
  }
  const routing = (method: string, path: string, body: unknown) =>
    server.request(owner, method, `/api/v1/routing/${path}`, body)
  const caught = async () =>
    Trial.parse((await routing('POST', 'trial', { rules: [rule] })).body).rules[0]?.caught
  expect(await caught()).toBe(0)
  expect((await routing('POST', 'live', { rules: [rule], basedOn: null })).status).toBe(200)
  await take(
    said('p1', { by: 'pam', text: `Petrel. ${angry}` }),
    said('p2', { by: 'pia', text: `Plover. ${asking}` }),
  )
  expect((await open('Petrel')).severity).toBe('urgent')
  const plover = await open('Plover')
  expect(plover.severity).toBeNull()
  expect(await caught()).toBe(1)
  await correct(plover.messages[0]?.id ?? '', 'complaint')
  expect(await caught()).toBe(2)
})
