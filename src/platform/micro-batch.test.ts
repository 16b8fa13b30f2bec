import { afterEach, expect, it, vi } from 'vitest'
import { createMicroBatch } from './micro-batch.ts'

afterEach(() => vi.useRealTimers())

type Seen = { key: string; items: readonly number[] }

function counting({ bad = [] as number[], away = false, ms = 5 } = {}) {
  const seen: Seen[] = []
  let running = 0
  let most = 0
  const batch = createMicroBatch<number, string>({
    maxWaitMs: 10,
    maxItems: 4,
    isShared: () => away,
    async run(key, items) {
      seen.push({ key, items })
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, ms))
      running -= 1
      if (items.some((item) => bad.includes(item))) throw new Error(`cannot do ${items.join(',')}`)
      return items.map((item) => `${key}${item}`)
    },
  })
  return { batch, seen, most: () => most }
}

it('does together what comes within the wait, and answers each with its own result', async () => {
  const { batch, seen } = counting()
  const answers = await Promise.all([1, 2, 3].map((item) => batch.add('a', item)))
  expect(answers).toEqual(['a1', 'a2', 'a3'])
  expect(seen).toEqual([{ key: 'a', items: [1, 2, 3] }])
})

it('never waits longer than it said for company', async () => {
  vi.useFakeTimers()
  const { batch, seen } = counting()
  void batch.add('a', 1)
  await vi.advanceTimersByTimeAsync(9)
  void batch.add('a', 2)
  expect(seen).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(seen).toEqual([{ key: 'a', items: [1, 2] }])
})

it('runs one batch at a time for a key, never more than the most at once, and other keys beside it', async () => {
  const { batch, seen, most } = counting()
  const items = Array.from({ length: 20 }, (_, index) => index)
  await Promise.all(items.map((item) => batch.add('a', item)))
  expect(seen.flatMap((one) => [...one.items])).toEqual(items)
  expect(seen.every((one) => one.items.length <= 4)).toBe(true)
  expect(most()).toBe(1)
  await Promise.all([batch.add('a', 1), batch.add('b', 2)])
  expect(most()).toBe(2)
})

it('lets only the item at fault fail: the others of its batch are done', async () => {
  const { batch } = counting({ bad: [2] })
  const ends = await Promise.allSettled([1, 2, 3].map((item) => batch.add('a', item)))
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

it('does not try one by one what the whole batch met', async () => {
  const { batch, seen } = counting({ bad: [2], away: true })
  const ends = await Promise.allSettled([1, 2, 3].map((item) => batch.add('a', item)))
  expect(ends.every(({ status }) => status === 'rejected')).toBe(true)
  expect(seen).toHaveLength(1)
  expect(await batch.add('a', 5)).toBe('a5')
})

it('drains: what was added is done when it says so', async () => {
  const { batch } = counting()
  const done: string[] = []
  for (const item of [1, 2, 3, 4, 5, 6])
    void batch.add('a', item).then((answer) => done.push(answer))
  await batch.drain()
  expect(done).toHaveLength(6)
})
