import { expect, it } from 'vitest'
import { Snippet } from '../../../../contract/snippets.ts'
import { findSnippets, searchAt, textFor } from './snippet-words.ts'

function snippet(name: string, en: string, ro = ''): Snippet {
  const id = crypto.randomUUID()
  const changedAt = new Date().toISOString()
  return Snippet.parse({ id, name, en, ro, changedAt, shared: true, can: { change: true } })
}

it('looks for a snippet after a semicolon that begins a word, up to the cursor', () => {
  expect(searchAt(';ret', 4)).toEqual({ from: 0, to: 4, words: 'ret' })
  expect(searchAt('Dear Ana,\n;', 11)).toEqual({ from: 10, to: 11, words: '' })
  expect(searchAt('Dear ;ret and more', 9)).toEqual({ from: 5, to: 9, words: 'ret' })
})

it('takes a semicolon in a sentence for what it is', () => {
  expect(searchAt('We open at ten; come', 20)).toBeNull()
  expect(searchAt('We open ; come', 14)).toBeNull()
  expect(searchAt('no', 2)).toBeNull()
})

it('finds by name before words, without diacritics, and shows eight at most', () => {
  const all = [
    snippet('Parcel', 'money back'),
    snippet('Întoarcere bani', 'return'),
    snippet('Money', 'x'),
  ]
  expect(findSnippets(all, 'mon').map(({ name }) => name)).toEqual(['Money', 'Parcel'])
  expect(findSnippets(all, 'intoarc').map(({ name }) => name)).toEqual(['Întoarcere bani'])
  expect(
    findSnippets(
      Array.from({ length: 20 }, () => snippet('A', 'b')),
      '',
    ),
  ).toHaveLength(8)
})

it('gives the text in the customer’s language, or the one there is', () => {
  expect(textFor(snippet('a', 'Hello', 'Bună'), 'ro')).toBe('Bună')
  expect(textFor(snippet('a', 'Hello', ''), 'ro')).toBe('Hello')
  expect(textFor(snippet('a', '', 'Bună'), 'en')).toBe('Bună')
})
