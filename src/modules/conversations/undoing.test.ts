import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Problem } from '../../../contract/http.ts'
import { said } from '../../../test/town.ts'
import { type MovesWorld, Outcome, openMovesWorld } from './moves-world.fixture.ts'

let world: MovesWorld
beforeAll(async () => {
  world = await openMovesWorld()
})
afterAll(() => world.close())

const talks: MovesWorld['talks'] = (...about) => world.talks(...about)
const answers: MovesWorld['answers'] = (...about) => world.answers(...about)
const everyRow = () => world.everyRow()
const problem = (body: unknown) => Problem.parse(body)

it('is undone exactly, row by row, with drafts of one author in both and hand-overs pinned in both', async () => {
  const { ids, threads } = await talks([10, 20, 15])
  const [a = '', b = '', c = ''] = ids
  await answers(`ours-${b}`, threads[1]?.post ?? '', 40)
  for (const id of [a, b]) {
    await world.act('PUT', `${id}/draft`, { text: `For ${id}`, media: [], contentWarning: null })
    const note = { memberId: world.colleague.memberId, note: 'Please look.' }
    expect((await world.act('POST', `${id}/hand-over`, note)).status).toBe(200)
  }
  await world.act('PATCH', c, { state: 'done' })
  await world.merge(b, c)
  const before = await everyRow()
  const outcome = await world.merge(a, b)
  const page = await world.read(a)
  expect(page.draft?.text).toBe(`For ${a}\n\nFor ${b}`)
  expect(page.handOver?.toMember).toBe(world.colleague.actor.name)
  const undone = await world.undo(outcome)
  expect(undone.status, JSON.stringify(undone.body)).toBe(200)
  const after = await everyRow()
  const times = (rows: string[] = []) => rows.map((row) => row.replace(/"updated_at":"[^"]+"/, ''))
  expect({ ...after, drafts: times(after.drafts) }).toEqual({
    ...before,
    drafts: times(before.drafts),
  })
  expect((await world.read(c)).id).toBe(b)
  // Again: it stands as it stands.
  expect((await world.undo(outcome)).status).toBe(200)
  expect((await everyRow()).messages).toEqual(before.messages)
})

it('brings back every row after any order of merges and splits, undone from the last to the first', async () => {
  const { name, ids } = await talks([10, 20, 30, 40])
  await world.take(
    world.channel,
    ...[50, 51, 52].map((at) =>
      said(`${name}-more${at}`, {
        by: name,
        root: `${name}-${at % 4}`,
        parent: `${name}-${at % 4}`,
        at,
      }),
    ),
  )
  await answers(`${name}-ours`, `${name}-2`, 45)
  const before = await everyRow()
  const step = fc.oneof(
    fc.record({ kind: fc.constant('merge' as const), a: fc.nat(3), b: fc.nat(3) }),
    fc.record({ kind: fc.constant('split' as const), a: fc.nat(3), b: fc.nat(5) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const done: Outcome[] = []
      for (const { kind, a, b } of steps) {
        const page = await world.read(ids[a] ?? '')
        const answer =
          kind === 'merge'
            ? await world.act('POST', `${ids[a]}/merge`, { otherIds: [ids[b]] })
            : await world.act('POST', `${ids[a]}/split`, {
                fromMessageId: page.messages[b % page.messages.length]?.id,
              })
        expect([200, 400]).toContain(answer.status)
        if (answer.status !== 200) continue
        const outcome = Outcome.parse(answer.body)
        const { move } = outcome
        if (move && !done.some((one) => one.move?.id === move.id)) done.push(outcome)
      }
      for (const outcome of done.toReversed()) {
        const undone = await world.undo(outcome)
        expect(undone.status, JSON.stringify(undone.body)).toBe(200)
      }
      const after = await everyRow()
      // Conversations that a split made remain as empty ones that lead on.
      const known = (rows: string[] = []) => rows.filter((row) => !row.includes('"split:'))
      expect({ ...after, conversations: known(after.conversations) }).toEqual({
        ...before,
        conversations: known(before.conversations),
      })
    }),
    { numRuns: 15, endOnFailure: true },
  )
}, 120_000)

it('refuses to undo what moved on, and says what', async () => {
  const steps: [string, (id: string, name: string) => Promise<unknown>][] = [
    [
      'the customer wrote again',
      (_, name) =>
        world.take(world.channel, said(`${name}-x`, { by: name, root: `${name}-1`, at: 60 })),
    ],
    ['somebody answered', (_, name) => answers(`${name}-y`, `${name}-0`, 61)],
    ['somebody wrote a note', (id) => world.act('POST', `${id}/notes`, { text: 'Look!' })],
    [
      'it was given to somebody else',
      (id) => world.act('PATCH', id, { assigneeId: world.colleague.memberId }),
    ],
    ['its severity was changed', (id) => world.act('PATCH', id, { severity: 'urgent' })],
    ['its state was changed', (id) => world.act('PATCH', id, { state: 'done' })],
  ]
  for (const [words, happens] of steps) {
    const { name, ids } = await talks([10, 20])
    const [a = '', b = ''] = ids
    const outcome = await world.merge(a, b)
    await happens(a, name)
    const refused = await world.undo(outcome)
    expect(refused.status, words).toBe(409)
    expect(problem(refused.body).detail).toContain(words)
    expect((await world.read(b)).id).toBe(a)
  }
  const { ids } = await talks([10, 20, 30])
  const [a = '', b = '', c = ''] = ids
  const first = await world.merge(a, b)
  const second = await world.merge(c, a)
  expect((await world.read(b)).id).toBe(c)
  expect(problem((await world.undo(first)).body).detail).toContain('merged or split again')
  expect((await world.undo(second)).status).toBe(200)
  expect((await world.read(b)).id).toBe(a)
  expect((await world.undo(first)).status).toBe(200)
  expect((await world.read(b)).id).toBe(b)
})

it('forgets all of somebody who is erased, and undoes nothing of theirs after that', async () => {
  const { name, ids } = await talks([10, 20, 30])
  const [a = '', b = ''] = ids
  const outcome = await world.merge(a, ...ids.slice(1))
  const second = (await world.read(a)).messages[1]
  await world.split(a, { messageIds: [second?.id] })
  const { person } = await world.read(a)
  const path = `/api/v1/people/${person.id}/erase`
  const erased = await world.server.request(world.owner, 'POST', path, { name: person.name })
  expect(erased.status, JSON.stringify(erased.body)).toBe(200)
  const left = await world.rows('select 1 from messages where remote_id like $1 or text like $2', [
    `${name}%`,
    `%${name}%`,
  ])
  expect(left).toEqual([])
  expect(await world.undo(outcome)).toMatchObject({ status: 409 })
  expect((await world.act('POST', `${a}/split`, { messageIds: [second?.id] })).status).toBe(409)
  expect((await world.read(b)).messages.every(({ text }) => text === '')).toBe(true)
})

it('keeps who did what in the audit log', async () => {
  const { ids } = await talks([10, 20])
  const [a = '', b = ''] = ids
  await world.undo(await world.merge(a, b))
  const rows = await world.rows<{ act: string; actor_name: string }>(
    'select act, actor_name from audit_entries where subject = $1 order by seq',
    [`conversation:${a}`],
  )
  expect(rows).toEqual([
    { act: 'conversation.merged', actor_name: world.owner.actor.name },
    { act: 'conversation.merge-undone', actor_name: world.owner.actor.name },
  ])
})
