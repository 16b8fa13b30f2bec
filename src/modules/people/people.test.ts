import { afterAll, beforeAll, expect, it } from 'vitest'
import { listOf } from '../../../contract/http.ts'
import { ImportReport, Person, WinBackMonth } from '../../../contract/people.ts'
import { said } from '../../../test/town.ts'
import { openPeopleWorld, type PeopleWorld } from './people-world.fixture.ts'

let world: PeopleWorld

beforeAll(async () => {
  world = await openPeopleWorld()
})
afterAll(() => world.close())

async function ask(method: string, path: string, body?: unknown) {
  return world.server.request(world.owner, method, `/api/v1/people${path}`, body)
}

async function take(
  file: string | Uint8Array,
  { mapping, dryRun = false }: { mapping?: object; dryRun?: boolean } = {},
) {
  const form = new FormData()
  if (mapping) form.set('mapping', JSON.stringify(mapping))
  form.set('dryRun', String(dryRun))
  form.set('file', new Blob([Buffer.from(file)]), 'people.csv')
  const request = new Request('http://127.0.0.1/', { method: 'POST', body: form })
  const answer = await world.server.app.inject({
    method: 'POST',
    url: '/api/v1/people/import',
    headers: {
      host: '127.0.0.1:4400',
      origin: 'http://127.0.0.1:4400',
      cookie: world.owner.cookie,
      'content-type': request.headers.get('content-type') ?? '',
    },
    payload: Buffer.from(await request.arrayBuffer()),
  })
  return { status: answer.statusCode, body: answer.json() }
}

it('keeps the history of a consent, and takes it again after it was withdrawn', async () => {
  await world.take(world.channel, said('c1', { by: 'corina' }))
  const { id } = await world.find('CORINA')
  const given = await world.person('POST', `${id}/consents`, { purpose: 'news', how: 'by mail' })
  const again = await ask('POST', `/${id}/consents`, { purpose: 'news', how: 'by mail' })
  expect(again).toMatchObject({ status: 400, body: { errors: [{ field: 'purpose' }] } })
  const late = await ask('POST', `/${id}/consents`, {
    purpose: 'photo',
    how: 'x',
    givenAt: '2999-01-01T00:00:00Z',
  })
  expect(late).toMatchObject({ status: 400, body: { errors: [{ field: 'givenAt' }] } })
  const consentId = given.consents[0]?.id
  const withdrawn = await world.person('POST', `${id}/consents/withdraw`, {
    consentId,
    how: 'by telephone',
  })
  expect(withdrawn.consents).toMatchObject([{ purpose: 'news', withdrawnHow: 'by telephone' }])
  expect(await ask('POST', `/${id}/consents/withdraw`, { consentId })).toMatchObject({
    status: 409,
  })
  const both = await world.person('POST', `${id}/consents`, { purpose: 'news', how: 'in the shop' })
  expect(both.consents).toHaveLength(2)
})

it('follows a complaint until they come back, opens a new case for the next, and counts both', async () => {
  await world.take(world.channel, said('w1', { by: 'wanda' }), said('w2', { by: 'wiktor' }))
  const { id } = await world.find('WANDA')
  const set = (state: string, who = id) => world.person('PUT', `${who}/win-back`, { state })
  expect(await ask('PUT', `/${id}/win-back`, { state: 'mended' })).toMatchObject({ status: 400 })
  for (const state of ['unhappy', 'answered', 'mended', 'came-back']) await set(state)
  const once = await set('came-back')
  expect(once.winBacks).toHaveLength(1)
  expect(once.winBacks[0]?.steps.map(({ state }) => state)).toEqual([
    'unhappy',
    'answered',
    'mended',
    'came-back',
  ])
  expect((await set('unhappy')).winBacks).toHaveLength(2)
  await set('unhappy', (await world.find('WIKTOR')).id)
  await set('mistaken', (await world.find('WIKTOR')).id)
  const { items } = listOf(WinBackMonth).parse((await ask('GET', '/win-backs')).body)
  expect(items).toEqual([
    {
      month: '2026-06',
      unhappy: 1,
      answered: 0,
      mended: 0,
      cameBack: 1,
      total: 2,
      shareCameBack: 0.5,
    },
  ])
  const filtered = await ask('GET', '?winBack=unhappy')
  expect(filtered.body).toMatchObject({ items: [{ name: 'WANDA' }] })
})

const csv = [
  'Customer ID;Name;E-mail;Mastodon;Tags;Consent;Consent date',
  '17;Ștefan Bălan;stefan@balan.example;@stefan@town.example;vip, press;news;2026-01-05',
  '18;Irina;not an address;;;;',
  '19;=cmd|calc;ok@x.example;has space;;;',
  ';Nobody;;;;;',
  '20;Late;late@x.example;;;news;yesterday',
  '17;Twice;other@x.example;;;;',
  '21;Good;good@x.example;;;;',
].join('\r\n')

it('tries a file out, takes it in, refuses rows by line and field, and changes nothing the second time', async () => {
  const tried = ImportReport.parse((await take(csv, { dryRun: true })).body)
  expect(tried).toMatchObject({ rows: 7, created: 2, updated: 0, refusedCount: 5, dryRun: true })
  expect(tried.mapping).toMatchObject({ 'Customer ID': 'external-id', Mastodon: 'handle:mastodon' })
  expect(tried.refused.map(({ line, field }) => [line, field])).toEqual([
    [3, 'email'],
    [4, 'handle:mastodon'],
    [5, 'external-id'],
    [6, 'consent-at'],
    [7, 'external-id'],
  ])
  expect(tried.refusedCsv).toContain("19,'=cmd|calc,ok@x.example")
  expect((await ask('GET', '?text=stefan')).body).toMatchObject({ items: [] })
  expect((await take(csv)).body).toMatchObject({ created: 2, unchanged: 0 })
  const person = await world.find('stefan@balan')
  expect(person).toMatchObject({
    name: 'Ștefan Bălan',
    externalId: '17',
    tags: ['vip', 'press'],
    contacts: [
      { kind: 'email', value: 'stefan@balan.example' },
      { kind: 'mastodon', value: 'stefan@town.example' },
    ],
    consents: [{ purpose: 'news', givenAt: '2026-01-05T00:00:00.000Z', how: 'CSV' }],
  })
  expect((await take(csv)).body).toMatchObject({ created: 0, updated: 0, unchanged: 2 })
  const more = 'Customer ID,Name,Tags\n17,Ștefan B.,loyal'
  expect((await take(more)).body).toMatchObject({ created: 0, updated: 1 })
  expect(await world.person('GET', person.id)).toMatchObject({
    name: 'Ștefan B.',
    tags: ['vip', 'press', 'loyal'],
    contacts: person.contacts,
  })
})

it.each<[string, string | Uint8Array, string, object?]>([
  ['an empty file', '', 'file'],
  ['bytes that are no text', Uint8Array.of(0x49, 0x44, 0x0a, 0xe3, 0x28), 'file'],
  ['an open quote', 'id,name\n1,"Ana', 'file'],
  ['two columns of one name', 'id,id\n1,2', 'file'],
  ['too many rows', `id\n${'1\n'.repeat(20_001)}`, 'file'],
  ['no column that tells rows apart', 'name\nAna', 'mapping'],
  ['a mapping of a column that is not there', 'id\n1', 'mapping', { nr: 'external-id' }],
  ['a mapping to nothing known', 'id\n1', 'mapping', { id: 'shoe-size' }],
])('refuses %s as a whole', async (_name, file, field, mapping) => {
  const answer = await take(file, mapping ? { mapping } : {})
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } })
})

it('refuses a file of more than 5 MB', async () => {
  expect((await take(`id\n${'x'.repeat(5 * 1024 * 1024)}`)).status).toBe(413)
})

it('reads UTF-16 as spreadsheets save it', async () => {
  const bytes = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from('id\tname\n90\tȚuțu', 'utf16le')])
  expect((await take(bytes)).body).toMatchObject({ created: 1 })
  expect((await world.find('Țuțu')).externalId).toBe('90')
})

it('exports what one person wrote and what is kept of them, and nothing of others', async () => {
  await world.take(
    world.channel,
    said('e1', { by: 'emil', text: 'the first words of Emil' }),
    said('e2', { by: 'flora', text: 'words of Flora', parent: 'e1', at: 2 }),
  )
  const { id } = await world.find('EMIL')
  await world.person('POST', `${id}/notes`, { text: 'likes rye' })
  const { status, body } = await ask('GET', `/${id}/export`)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    person: { name: 'EMIL' },
    identities: [{ handle: 'emil@town.example' }],
    notes: [{ text: 'likes rye' }],
    conversations: [{ messages: [{ from: 'person', text: 'the first words of Emil' }] }],
  })
  const text = JSON.stringify(body)
  expect(text).not.toMatch(/flora/i)
  expect(text).not.toContain('Olga')
})

it('changes name and tags, and refuses what is not one', async () => {
  await world.take(world.channel, said('n1', { by: 'nina' }))
  const { id } = await world.find('NINA')
  const changed = await world.person('PATCH', id, { name: 'Nina P.', tags: ['a', 'a', 'b'] })
  expect(Person.parse(changed)).toMatchObject({ name: 'Nina P.', tags: ['a', 'b'] })
  expect(await ask('PATCH', `/${id}`, { name: ' ' })).toMatchObject({ status: 400 })
  expect(await ask('GET', `/${crypto.randomUUID()}`)).toMatchObject({ status: 404 })
  expect(await ask('GET', '?cursor=none')).toMatchObject({ status: 400 })
})
