import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { FigureRows } from '../../../contract/figures.ts'
import { Problem } from '../../../contract/http.ts'
import { minute, said } from '../../../test/town.ts'
import { type MovesWorld, openMovesWorld } from './moves-world.fixture.ts'

let world: MovesWorld
beforeAll(async () => {
  world = await openMovesWorld()
})
afterAll(() => world.close())

const talks: MovesWorld['talks'] = (...about) => world.talks(...about)
const answers: MovesWorld['answers'] = (...about) => world.answers(...about)
const everyRow = () => world.everyRow()
const problem = (body: unknown) => Problem.parse(body)

it('makes one of two: the other leaves the lists, its page leads to the one that stays', async () => {
  const { name, ids } = await talks([10, 20])
  const [a = '', b = ''] = ids
  await world.act('POST', `${b}/notes`, { text: 'She called too.' })
  await world.act('PUT', `${b}/draft`, { text: 'Dear', media: [], contentWarning: null })
  const { conversation, move } = await world.merge(a, b)
  expect(conversation).toMatchObject({ id: a, messageCount: 2, preview: `words of ${name}-1` })
  expect(move).toMatchObject({ kind: 'merge', keptId: a, others: [{ id: b, messages: 1 }] })
  const page = await world.read(b)
  expect(page.id).toBe(a)
  expect(page.messages.map(({ text }) => text)).toEqual([
    `words of ${name}-0`,
    `words of ${name}-1`,
  ])
  expect(page.notes.map(({ text }) => text)).toEqual(['She called too.'])
  expect(page.draft?.text).toBe('Dear')
  expect(page.moves).toMatchObject([{ kind: 'merge', byName: world.owner.actor.name }])
  expect((await world.listed(name)).map(({ id }) => id)).toEqual([a])
  expect(await world.listed(name, 'state=done')).toEqual([])
  expect((await world.listed(name, `text=${name}`)).map(({ id }) => id)).toEqual([a])
})

it('puts what comes in the other thread into the one that stays, and never revives the other', async () => {
  const { name, ids } = await talks([10, 20])
  const [a = '', b = ''] = ids
  await world.merge(a, b)
  await world.act('PATCH', a, { state: 'done' })
  await world.take(
    world.channel,
    said(`${name}-again`, { by: name, root: `${name}-1`, parent: `${name}-1`, at: 30 }),
  )
  await answers(`${name}-ours`, `${name}-again`, 31)
  const page = await world.read(a)
  expect(page.messages.map(({ remoteId }) => remoteId)).toEqual([
    `${name}-0`,
    `${name}-1`,
    `${name}-again`,
    `${name}-ours`,
  ])
  expect(page.state).toBe('waiting-customer')
  const [other] = await world.rows('select state, message_count from conversations where id = $1', [
    b,
  ])
  expect(other).toEqual({ state: 'done', message_count: 0 })
})

it('starts the clock at the oldest unanswered message, and an answer to the other hides nobody', async () => {
  const { threads, ids } = await talks([10, 5])
  const [a = '', b = ''] = ids
  // Answered after the first customer message of the other thread.
  await answers(`late-${b}`, threads[1]?.post ?? '', 30)
  expect((await world.read(b)).unansweredSince).toBeNull()
  const { conversation } = await world.merge(b, a)
  expect(conversation).toMatchObject({
    unansweredSince: minute(10).toISOString(),
    due: (await world.read(b)).clock.due,
  })
  const { clock } = await world.read(b)
  expect(clock.waitingSince).toBe(minute(10).toISOString())
  expect(clock.answered).toMatchObject([
    { since: minute(5).toISOString(), answeredAt: minute(30).toISOString() },
  ])
  const rows = async () => {
    const path = `/api/v1/figures/rows?from=2026-06-01&to=2026-06-02&limit=100`
    const answer = await world.server.request(world.owner, 'GET', path)
    return FigureRows.parse(answer.body).items.filter((row) => ids.includes(row.conversationId))
  }
  // Counted once, in the one that stays.
  expect((await rows()).map(({ conversationId }) => conversationId)).toEqual([b, b])
  expect((await rows()).map(({ answeredAt }) => answeredAt)).toContain(null)
  // One answer after the merge is for all.
  await answers(`both-${b}`, threads[1]?.post ?? '', 40)
  const now = await world.read(b)
  expect(now.unansweredSince).toBeNull()
  expect(now.clock.answered.map(({ since }) => since)).toContain(minute(10).toISOString())
})

it('takes the holder, department and severity of the other only where it has none', async () => {
  const { ids } = await talks([10, 20, 30])
  const [a = '', b = '', c = ''] = ids
  await world.act('PATCH', b, {
    assigneeId: world.colleague.memberId,
    severity: 'urgent',
    state: 'open',
  })
  await world.act('PATCH', c, {
    assigneeId: world.owner.memberId,
    state: 'waiting-colleague',
  })
  const { conversation } = await world.merge(a, b, c)
  expect(conversation).toMatchObject({
    assignee: { id: world.colleague.memberId },
    severity: 'urgent',
    state: 'waiting-colleague',
    messageCount: 3,
  })
})

it('refuses another person, private with public, itself, nothing and nobody, and changes nothing', async () => {
  const [one, two] = [await talks([10]), await talks([20])]
  const secret = await talks([30, 40], { visibility: 'private' })
  await world.take(world.channel, said(`${secret.name}-open`, { by: secret.name, at: 50 }))
  const open = (await world.listed(secret.name)).find(({ visibility }) => visibility === 'public')
  const before = await everyRow()
  const ask = async (id: string, body: object) => {
    const { status, body: answer } = await world.act('POST', `${id}/merge`, body)
    return [status, problem(answer).errors?.[0]?.field, problem(answer).detail]
  }
  const [a = ''] = one.ids
  expect(await ask(a, { otherIds: two.ids })).toEqual([
    400,
    'otherIds.0',
    expect.stringContaining('another person'),
  ])
  expect(await ask(secret.ids[0] ?? '', { otherIds: [secret.ids[1], open?.id] })).toEqual([
    400,
    'otherIds.1',
    expect.stringContaining('private'),
  ])
  expect((await ask(a, { otherIds: [a] })).slice(0, 2)).toEqual([400, 'otherIds.0'])
  expect((await ask(a, { otherIds: [crypto.randomUUID()] })).slice(0, 2)).toEqual([
    400,
    'otherIds.0',
  ])
  expect((await ask(a, { otherIds: [] })).slice(0, 2)).toEqual([400, 'otherIds'])
  expect((await world.act('POST', `${crypto.randomUUID()}/merge`, { otherIds: [a] })).status).toBe(
    404,
  )
  expect(await everyRow()).toEqual(before)
})

it('asked for twice, or both ways, changes nothing more', async () => {
  const { ids } = await talks([10, 20])
  const [a = '', b = ''] = ids
  const first = await world.merge(a, b)
  const before = await everyRow()
  expect((await world.merge(a, b)).move?.id).toBe(first.move?.id)
  expect((await world.merge(b, a)).conversation.id).toBe(a)
  expect(await everyRow()).toEqual(before)
})

it('keeps a change that was meant for the other alone from the one that stays', async () => {
  const { ids } = await talks([10, 20])
  const [a = '', b = ''] = ids
  await world.merge(a, b)
  const refused = await world.act('PATCH', b, { state: 'done' })
  expect(refused).toMatchObject({ status: 409, body: { mergedInto: a } })
  // What somebody wrote there is not lost.
  expect((await world.act('POST', `${b}/notes`, { text: 'written late' })).status).toBe(201)
  expect((await world.read(a)).notes.map(({ text }) => text)).toEqual(['written late'])
})

it('joins what one person said on two networks, each message with its account', async () => {
  const { name, ids } = await talks([10])
  await world.take(world.second, said(`${name}-far`, { by: `${name}-far`, at: 20 }))
  const person = async (text: string) => (await world.listed(text))[0]?.person.id ?? ''
  const [here, there] = [await person(name), await person(`${name}-far`)]
  const [far] = await world.listed(`${name}-far`)
  const joined = await world.server.request(world.owner, 'POST', `/api/v1/people/${here}/merge`, {
    otherId: there,
  })
  const [merge] = z
    .object({ merges: z.array(z.object({ id: z.string() })) })
    .parse(joined.body).merges
  const [a = ''] = ids
  const outcome = await world.merge(a, far?.id ?? '')
  const page = await world.read(a)
  expect(page.messages.map(({ via, authorName }) => [via.network, authorName])).toEqual([
    ['town', name.toUpperCase()],
    ['village', `${name}-far`.toUpperCase()],
  ])
  // A reply goes where they spoke last, to the name that they have there.
  expect(page.channel).toMatchObject({
    network: 'village',
    replyPrefix: `@${name}-far@town.example `,
  })
  const undo = () =>
    world.server.request(world.owner, 'POST', `/api/v1/people/${here}/merges/undo`, {
      mergeId: merge?.id,
    })
  expect(await undo()).toMatchObject({ status: 409 })
  expect((await world.undo(outcome)).status).toBe(200)
  expect((await undo()).status).toBe(200)
})

it('offers what can be merged: of the same person, open ones first, and by words', async () => {
  const { ids, name } = await talks([10, 20, 30])
  const [a = '', b = '', c = ''] = ids
  await world.act('PATCH', c, { state: 'done' })
  const offered = async (query = '') => {
    const answer = await world.act('GET', `${a}/merge-candidates${query}`)
    return z
      .object({ items: z.array(z.object({ id: z.string() })) })
      .parse(answer.body)
      .items.map(({ id }) => id)
  }
  expect(await offered()).toEqual([b, c])
  expect(await offered(`?text=${name}-2`)).toEqual([c])
})
