import { validate, version } from 'uuid'
import { expect, it } from 'vitest'
import { MessageId } from '../../contract/ids.ts'
import { newId } from './ids.ts'

it('makes ids of version 7 that rise, also thousands within a millisecond, and tell when they were made', () => {
  const before = Date.now()
  const ids = Array.from({ length: 20_000 }, () => newId(MessageId))
  const after = Date.now()
  expect(ids).toEqual([...new Set(ids)].sort())
  for (const id of ids) expect(validate(id) && version(id)).toBe(7)
  const times = ids.map((id) => Number.parseInt(id.replace('-', '').slice(0, 12), 16))
  expect(Math.min(...times)).toBeGreaterThanOrEqual(before)
  expect(Math.max(...times)).toBeLessThanOrEqual(after)
})

it('gives each id random bits of its own', () => {
  const tails = Array.from({ length: 1000 }, () => newId(MessageId).slice(24))
  expect(new Set(tails).size).toBe(1000)
})
