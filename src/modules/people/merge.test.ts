import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Person } from '../../../contract/people.ts'
import { said } from '../../../test/town.ts'
import { openPeopleWorld, type PeopleWorld } from './people-world.fixture.ts'

let world: PeopleWorld
let superuser: pg.Client

beforeAll(async () => {
  world = await openPeopleWorld()
  superuser = new pg.Client({ connectionString: world.server.database.url })
  await superuser.connect()
})
afterAll(async () => {
  await superuser.end()
  await world.close()
})

const tables = [
  'people',
  'identities',
  'conversations',
  'messages',
  'notes',
  'person_notes',
  'person_contacts',
  'person_consents',
  'win_back_cases',
  'win_back_steps',
]

/** Every row of everything that a merge could touch; only versions of conversations may differ. */
async function everyRow(): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {}
  for (const table of tables) {
    const { rows } = await superuser.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(t) - 'version' as row from ${table} t`,
    )
    all[table] = rows.map(({ row }) => JSON.stringify(row)).sort()
  }
  return all
}

async function versions(): Promise<Map<string, number>> {
  const { rows } = await superuser.query<{ id: string; version: number }>(
    'select id, version from conversations',
  )
  return new Map(rows.map(({ id, version }) => [id, version]))
}

let made = 0
/** Somebody heard on one of the networks, with whatever members wrote down about them. */
async function somebody(
  name: string,
  {
    tags = [],
    unhappy = false,
    on = world.channel,
  }: { tags?: string[]; unhappy?: boolean; on?: PeopleWorld['channel'] } = {},
) {
  made++
  await world.take(on, said(`m${made}`, { by: name, at: made }))
  const found = await world.find(name.toUpperCase())
  await world.person('PATCH', found.id, { tags })
  await world.person('POST', `${found.id}/notes`, { text: `a note on ${name}` })
  await world.person('POST', `${found.id}/consents`, { purpose: 'news', how: 'asked in the shop' })
  if (unhappy)
    await world.person('PUT', `${found.id}/win-back`, {
      state: 'unhappy',
      conversationId: found.conversations[0]?.id,
    })
  return found
}

it('joins two records, and taking them apart brings back every row as it was', async () => {
  const one = await somebody('maria', { tags: ['vip'], unhappy: true })
  const other = await somebody('marika', {
    tags: ['vip', 'press'],
    unhappy: true,
    on: world.second,
  })
  const before = await everyRow()
  const numbers = await versions()
  const joined = await world.person('POST', `${one.id}/merge`, { otherId: other.id })
  expect(joined.identities.map(({ network }) => network).sort()).toEqual(['town', 'village'])
  expect(joined).toMatchObject({ tags: ['vip', 'press'], name: 'MARIA' })
  expect(
    [joined.notes, joined.consents, joined.winBacks, joined.conversations].map((all) => all.length),
  ).toEqual([2, 2, 2, 2])
  expect(await world.person('GET', other.id)).toEqual(joined)
  const [merge] = joined.merges
  const apart = await world.person('POST', `${one.id}/merges/undo`, { mergeId: merge?.id })
  expect(apart.merges[0]).toMatchObject({ canUndo: false })
  expect(await everyRow()).toEqual(before)
  const moved = other.conversations[0]?.id ?? ''
  expect((await versions()).get(moved)).toBe((numbers.get(moved) ?? 0) + 2)
})

it('brings back every row after any order of merges, taken apart from the last to the first', async () => {
  const people: Person[] = []
  for (const name of ['p1', 'p2', 'p3', 'p4', 'p5'])
    people.push(
      await somebody(`person-${name}`, {
        tags: [name, 'common'],
        unhappy: name < 'p3',
        on: name < 'p4' ? world.channel : world.second,
      }),
    )
  const before = await everyRow()
  const pair = fc.tuple(fc.nat(4), fc.nat(4)).filter(([a, b]) => a !== b)
  await fc.assert(
    fc.asyncProperty(fc.array(pair, { minLength: 1, maxLength: 5 }), async (pairs) => {
      const done: { kept: string; mergeId: string }[] = []
      for (const [a, b] of pairs) {
        const path = `/api/v1/people/${people[a]?.id}/merge`
        const answer = await world.server.request(world.owner, 'POST', path, {
          otherId: people[b]?.id,
        })
        if (answer.status === 400) continue
        const joined = await world.person('GET', people[a]?.id ?? '')
        const [merge] = joined.merges.filter(({ canUndo }) => canUndo)
        done.push({ kept: joined.id, mergeId: merge?.id ?? '' })
      }
      for (const { kept, mergeId } of done.reverse())
        await world.person('POST', `${kept}/merges/undo`, { mergeId })
      expect(await everyRow()).toEqual(before)
    }),
    { numRuns: 12 },
  )
})

it('leaves what came after the merge with the account it came by', async () => {
  const one = await somebody('dora')
  const other = await somebody('dorina', { on: world.second })
  const joined = await world.person('POST', `${one.id}/merge`, { otherId: other.id })
  await world.take(world.second, said('later-village', { by: 'dorina', at: 300 }))
  await world.take(world.channel, said('later-town', { by: 'dora', at: 301 }))
  const noted = await world.person('POST', `${one.id}/notes`, { text: 'written since' })
  expect(noted.conversations).toHaveLength(4)
  const mergeId = joined.merges[0]?.id
  const kept = await world.person('POST', `${one.id}/merges/undo`, { mergeId })
  const back = await world.person('GET', other.id)
  expect(kept.conversations.map(({ preview }) => preview)).toContain('words of later-town')
  expect(kept.conversations).toHaveLength(2)
  expect(back.conversations.map(({ preview }) => preview)).toContain('words of later-village')
  expect(back.conversations).toHaveLength(2)
  expect(kept.notes.map(({ text }) => text)).toContain('written since')
})

it('refuses to join somebody with themselves, with nobody, and to take apart twice or out of order', async () => {
  const [a, b, c] = [await somebody('ia'), await somebody('ib'), await somebody('ic')]
  const ask = (path: string, body: object) =>
    world.server.request(world.owner, 'POST', `/api/v1/people/${path}`, body)
  expect(await ask(`${a.id}/merge`, { otherId: a.id })).toMatchObject({ status: 400 })
  expect(await ask(`${a.id}/merge`, { otherId: crypto.randomUUID() })).toMatchObject({
    status: 404,
  })
  const first = (await world.person('POST', `${b.id}/merge`, { otherId: c.id })).merges[0]?.id
  const second = (await world.person('POST', `${a.id}/merge`, { otherId: b.id })).merges[0]?.id
  expect(await ask(`${b.id}/merges/undo`, { mergeId: first })).toMatchObject({ status: 409 })
  await world.person('POST', `${a.id}/merges/undo`, { mergeId: second })
  await world.person('POST', `${b.id}/merges/undo`, { mergeId: first })
  expect(await ask(`${b.id}/merges/undo`, { mergeId: first })).toMatchObject({ status: 409 })
})

it('suggests who shares a handle on two networks, with reasons, until somebody says that they are two', async () => {
  await somebody('twin')
  await world.take(world.second, said('twin-abroad', { by: 'twin', at: 400 }))
  const found = await world.find('TWIN')
  expect(found.suggestions).toMatchObject([
    { score: 62, reasons: ['same-handle', 'same-language'] },
  ])
  const [pair] = found.suggestions
  const apart = await world.server.request(
    world.owner,
    'POST',
    '/api/v1/people/suggestions/apart',
    {
      firstId: pair?.first.id,
      secondId: pair?.second.id,
    },
  )
  expect(apart.status).toBe(204)
  expect((await world.person('GET', found.id)).suggestions).toEqual([])
})
