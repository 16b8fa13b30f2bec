import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { FigureRows } from '../../../contract/figures.ts'
import { Problem } from '../../../contract/http.ts'
import type { Person } from '../../../test/http.ts'
import { minute, said } from '../../../test/town.ts'
import { type MovesWorld, Outcome, openMovesWorld } from './moves-world.fixture.ts'

let world: MovesWorld
let colleague: Person
beforeAll(async () => {
  world = await openMovesWorld()
  colleague = await world.server.people.member(world.owner, 'responder')
})
afterAll(() => world.close())

let made = 0
/** Somebody new, who spoke in as many threads as there are times, in minutes; newest last. */
async function talks(times: number[], more: { visibility?: 'private' } = {}) {
  made += 1
  const name = `person${made}`
  const threads: { post: string; id: string }[] = []
  for (const [index, at] of times.entries()) {
    const post = `${name}-${index}`
    await world.take(world.channel, said(post, { by: name, at, ...more }))
    const all = await world.rows<{ conversation_id: string }>(
      'select conversation_id from messages where remote_id = $1',
      [post],
    )
    threads.push({ post, id: all[0]?.conversation_id ?? '' })
  }
  return { name, threads, ids: threads.map(({ id }) => id) }
}

/** One of us answers on the network itself. */
const answers = (id: string, parent: string, at: number) =>
  world.take(world.channel, said(id, { by: 'shop', parent, root: parent, at }))

const tables = [
  'conversations',
  'messages',
  'notes',
  'drafts',
  'deliveries',
  'hand_overs',
  'goodwill_acts',
  'threads',
]

/** Every row of everything that a merge or split could touch; only versions may differ. */
async function everyRow(): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {}
  for (const table of tables) {
    const rows = await world.rows<{ row: object }>(
      `select to_jsonb(t) - 'version' as row from ${table} t`,
    )
    all[table] = rows.map(({ row }) => JSON.stringify(row)).sort()
  }
  return all
}

const problem = (body: unknown) => Problem.parse(body)

describe('merging', () => {
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
    const [other] = await world.rows(
      'select state, message_count from conversations where id = $1',
      [b],
    )
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
      assigneeId: colleague.memberId,
      severity: 'urgent',
      state: 'open',
    })
    await world.act('PATCH', c, { assigneeId: world.owner.memberId, state: 'waiting-colleague' })
    const { conversation } = await world.merge(a, b, c)
    expect(conversation).toMatchObject({
      assignee: { id: colleague.memberId },
      severity: 'urgent',
      state: 'waiting-colleague',
      messageCount: 3,
    })
  })

  it('is undone exactly, row by row, with drafts of one author in both and hand-overs pinned in both', async () => {
    const { ids, threads } = await talks([10, 20, 15])
    const [a = '', b = '', c = ''] = ids
    await answers(`ours-${b}`, threads[1]?.post ?? '', 40)
    for (const id of [a, b]) {
      await world.act('PUT', `${id}/draft`, { text: `For ${id}`, media: [], contentWarning: null })
      const note = { memberId: colleague.memberId, note: 'Please look.' }
      expect((await world.act('POST', `${id}/hand-over`, note)).status).toBe(200)
    }
    await world.act('PATCH', c, { state: 'done' })
    await world.merge(b, c)
    const before = await everyRow()
    const outcome = await world.merge(a, b)
    const page = await world.read(a)
    expect(page.draft?.text).toBe(`For ${a}\n\nFor ${b}`)
    expect(page.handOver?.toMember).toBe(colleague.actor.name)
    const undone = await world.undo(outcome)
    expect(undone.status, JSON.stringify(undone.body)).toBe(200)
    const after = await everyRow()
    const times = (rows: string[] = []) =>
      rows.map((row) => row.replace(/"updated_at":"[^"]+"/, ''))
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
        (id) => world.act('PATCH', id, { assigneeId: colleague.memberId }),
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
    expect(
      (await world.act('POST', `${crypto.randomUUID()}/merge`, { otherIds: [a] })).status,
    ).toBe(404)
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
})

describe('splitting', () => {
  it('makes a conversation of the messages from one on, with its own state and clock', async () => {
    const { name, threads, ids } = await talks([10])
    const [a = ''] = ids
    const root = threads[0]?.post ?? ''
    await answers(`${name}-r`, root, 12)
    await world.take(world.channel, said(`${name}-cup`, { by: name, root, parent: root, at: 20 }))
    await world.take(world.channel, said(`${name}-cup2`, { by: name, root, parent: root, at: 25 }))
    await world.act('PATCH', a, { assigneeId: colleague.memberId })
    const before = await everyRow()
    const cup = (await world.read(a)).messages.find(({ remoteId }) => remoteId === `${name}-cup`)
    const outcome = await world.split(a, { fromMessageId: cup?.id })
    const { conversation } = outcome
    expect(conversation).toMatchObject({
      state: 'open',
      assignee: { id: colleague.memberId },
      unansweredSince: minute(20).toISOString(),
      messageCount: 2,
    })
    expect(await world.read(a)).toMatchObject({
      messageCount: 2,
      unansweredSince: null,
      state: 'waiting-customer',
      moves: [{ kind: 'split', others: [{ id: conversation.id, messages: 2 }] }],
    })
    // Asked again: the same one.
    expect((await world.split(a, { fromMessageId: cup?.id })).conversation.id).toBe(conversation.id)
    const undone = await world.undo(outcome)
    expect(undone.status, JSON.stringify(undone.body)).toBe(200)
    const after = await everyRow()
    expect(after.messages).toEqual(before.messages)
    expect(after.conversations?.filter((row) => !row.includes('"split:'))).toEqual(
      before.conversations?.filter((row) => !row.includes('"split:')),
    )
    expect((await world.read(conversation.id)).id).toBe(a)
  })

  it('takes our answers to a chosen message along, and what the customer answers to it follows', async () => {
    const { name, threads, ids } = await talks([10])
    const [a = ''] = ids
    const root = threads[0]?.post ?? ''
    await world.take(world.channel, said(`${name}-cup`, { by: name, root, parent: root, at: 20 }))
    await answers(`${name}-r`, `${name}-cup`, 22)
    await world.take(world.channel, said(`${name}-van`, { by: name, root, parent: root, at: 30 }))
    const cup = (await world.read(a)).messages.find(({ remoteId }) => remoteId === `${name}-cup`)
    const { conversation } = await world.split(a, { messageIds: [cup?.id] })
    // One page: an answer to our answer, an answer to that, and something that answers nothing moved.
    await world.take(
      world.channel,
      said(`${name}-f2`, { by: name, root, parent: `${name}-f1`, at: 42 }),
      said(`${name}-f1`, { by: name, root, parent: `${name}-r`, at: 41 }),
      said(`${name}-o`, { by: name, root, parent: `${name}-van`, at: 43 }),
      said(`${name}-s`, { by: `${name}-stranger`, root, parent: `${name}-cup`, at: 44 }),
    )
    const said1 = async (id: string) =>
      (await world.read(id)).messages.map(({ remoteId }) => remoteId)
    expect(await said1(conversation.id)).toEqual(
      [`cup`, `r`, `f1`, `f2`].map((end) => `${name}-${end}`),
    )
    expect(await said1(a)).toEqual([root, `${name}-van`, `${name}-o`])
    expect(await world.listed(`${name}-stranger`)).toHaveLength(1)
  })

  it('refuses what would leave nothing, what is not here, and what is nobody’s word, and changes nothing', async () => {
    const { name, threads, ids } = await talks([10, 20])
    const [a = '', b = ''] = ids
    await answers(`${name}-r`, threads[0]?.post ?? '', 30)
    const before = await everyRow()
    const [mine, ours] = (await world.read(a)).messages
    const [foreign] = (await world.read(b)).messages
    const ask = async (body: object) => {
      const { status, body: answer } = await world.act('POST', `${a}/split`, body)
      return [status, problem(answer).errors?.[0]?.field]
    }
    expect(await ask({ fromMessageId: mine?.id })).toEqual([400, 'fromMessageId'])
    expect(await ask({ messageIds: [mine?.id] })).toEqual([400, 'messageIds'])
    expect(await ask({ messageIds: [ours?.id] })).toEqual([400, 'messageIds'])
    expect(await ask({ messageIds: [mine?.id, foreign?.id] })).toEqual([400, 'messageIds.1'])
    expect(await ask({})).toEqual([400, 'messageIds'])
    expect(await ask({ messageIds: [mine?.id], fromMessageId: mine?.id })).toEqual([
      400,
      'messageIds',
    ])
    expect(await everyRow()).toEqual(before)
  })

  it('of a merged conversation follows its own thread', async () => {
    const { name, ids } = await talks([10, 20])
    const [a = '', b = ''] = ids
    await world.merge(a, b)
    const second = (await world.read(a)).messages[1]
    const { conversation } = await world.split(a, { messageIds: [second?.id] })
    await world.take(
      world.channel,
      said(`${name}-follows`, { by: name, root: `${name}-1`, parent: `${name}-1`, at: 30 }),
      said(`${name}-stays`, { by: name, root: `${name}-1`, at: 31 }),
    )
    expect((await world.read(conversation.id)).messages.map(({ remoteId }) => remoteId)).toEqual([
      `${name}-1`,
      `${name}-follows`,
    ])
    expect((await world.read(b)).messages.map(({ remoteId }) => remoteId)).toEqual([
      `${name}-0`,
      `${name}-stays`,
    ])
  })
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
