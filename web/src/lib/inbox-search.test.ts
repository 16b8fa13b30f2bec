import { describe, expect, it } from 'vitest'
import { filterOf, InboxSearch, listFilter } from './inbox-search.ts'

describe('InboxSearch', () => {
  it('reads a mistyped address as if the wrong part were not there', () => {
    expect(
      InboxSearch.parse({ view: 'everything', sort: 'newest', overdue: 1, kind: 'other' }),
    ).toEqual({ sort: 'newest' })
  })
})

describe('listFilter', () => {
  it('asks for all that is not done, by due time, when the address says nothing', () => {
    expect(listFilter({})).toMatchObject({ state: undefined, assignee: undefined, sort: 'due' })
  })
  it('turns each view into the words of the API', () => {
    expect(listFilter({ view: 'mine' })).toMatchObject({ assignee: 'me', state: undefined })
    expect(listFilter({ view: 'unassigned' })).toMatchObject({ assignee: 'none' })
    expect(listFilter({ view: 'done' })).toMatchObject({ state: 'done', sort: 'newest' })
  })
  it('asks for the same list whether the reply box is to be open or not', () => {
    expect(listFilter({ reply: 'open' })).toEqual(listFilter({}))
  })
  it('asks for one kind of conversation, and a view keeps it', () => {
    expect(listFilter({ kind: 'complaint' }).kind).toBe('complaint')
    expect(filterOf({ kind: 'complaint', reply: 'open' })).toEqual({ kind: 'complaint' })
  })
  it('leaves out a search of blanks', () => {
    expect(listFilter({ text: '  ' }).text).toBeUndefined()
    expect(listFilter({ text: ' order ' }).text).toBe('order')
  })
})
