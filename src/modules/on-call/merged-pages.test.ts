import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { openPagingDesk, type PagingDesk } from './paging-desk.fixture.ts'

let world: PagingDesk
beforeAll(async () => {
  world = await openPagingDesk()
}, 120_000)
afterAll(() => world.desk.close())

it('goes on calling for the conversation that a pressing one was merged into, and for that alone', async () => {
  const { desk } = world
  const { conversation: pressing } = await world.page('The boiler leaks')
  const { person } = await world.read(pressing)
  const as = person.handle.replace(/^@/, '').split('@')[0]
  const { conversation: calm } = await desk.customerAsks('And do you sell valves?', { as })
  const merge = `/api/v1/conversations/${calm}/merge`
  const merged = await desk.api('POST', merge, { otherIds: [pressing] })
  expect(merged.status, JSON.stringify(merged.body)).toBe(200)
  expect((await world.pagesOf(pressing)).map(({ state }) => state)).not.toContain('open')
  await world.untilStep(calm, 1)
  const { move } = z.object({ move: z.object({ id: z.string() }) }).parse(merged.body)
  const undone = await desk.api('POST', `/api/v1/conversations/${calm}/moves/${move.id}/undo`)
  expect(undone.status, JSON.stringify(undone.body)).toBe(200)
  expect((await world.pagesOf(calm)).map(({ state }) => state)).not.toContain('open')
  expect((await world.pagesOf(pressing)).map(({ state }) => state)).toContain('open')
}, 120_000)
