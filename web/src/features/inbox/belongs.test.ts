import { describe, expect, it } from 'vitest'
import { MemberId } from '../../../../contract/ids.ts'
import { belongs, neighbour } from './belongs.ts'

const me = MemberId.parse('0193a000-0000-7000-8000-000000000001')
const other = MemberId.parse('0193a000-0000-7000-8000-000000000002')
const mine = { state: 'open' as const, assignee: { id: me, name: 'Me' }, snoozedUntil: null }

describe('belongs', () => {
  it('lets a conversation leave every view but Done once it is done', () => {
    const done = { ...mine, state: 'done' as const }
    expect(belongs(done, 'mine', me)).toBe(false)
    expect(belongs(done, 'all', me)).toBe(false)
    expect(belongs(done, 'done', me)).toBe(true)
  })
  it('lets a conversation leave Mine when somebody else holds it', () => {
    expect(belongs(mine, 'mine', me)).toBe(true)
    expect(belongs({ ...mine, assignee: { id: other, name: 'Ion' } }, 'mine', me)).toBe(false)
  })
  it('shows under Unassigned only what nobody holds', () => {
    expect(belongs(mine, 'unassigned', me)).toBe(false)
    expect(belongs({ ...mine, assignee: null }, 'unassigned', me)).toBe(true)
  })
})

describe('neighbour', () => {
  const rows = [{ id: 'a' }, { id: 'b' }, { id: 'c' }]
  it('steps down and up', () => {
    expect(neighbour(rows, 'a', 1)).toBe('b')
    expect(neighbour(rows, 'b', -1)).toBe('a')
  })
  it('stays at the ends', () => {
    expect(neighbour(rows, 'c', 1)).toBeUndefined()
    expect(neighbour(rows, 'a', -1)).toBeUndefined()
  })
  it('begins at the first row when nothing in the list is open', () => {
    expect(neighbour(rows, undefined, 1)).toBe('a')
    expect(neighbour(rows, 'gone', -1)).toBe('a')
    expect(neighbour([], undefined, 1)).toBeUndefined()
  })
})
