import { afterAll, beforeAll, expect, it } from 'vitest'
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

it('makes a conversation of the messages from one on, with its own state and clock', async () => {
  const { name, threads, ids } = await talks([10])
  const [a = ''] = ids
  const root = threads[0]?.post ?? ''
  await answers(`${name}-r`, root, 12)
  await world.take(world.channel, said(`${name}-cup`, { by: name, root, parent: root, at: 20 }))
  await world.take(world.channel, said(`${name}-cup2`, { by: name, root, parent: root, at: 25 }))
  await world.act('PATCH', a, { assigneeId: world.colleague.memberId })
  const before = await everyRow()
  const cup = (await world.read(a)).messages.find(({ remoteId }) => remoteId === `${name}-cup`)
  const outcome = await world.split(a, { fromMessageId: cup?.id })
  const { conversation } = outcome
  expect(conversation).toMatchObject({
    state: 'open',
    assignee: { id: world.colleague.memberId },
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
