import type { LiveEvent } from '../../../contract/events.ts'

/** A query key, or the beginning of one, whose answers are to be read again. An empty one is everything. */
export type StaleKey = readonly string[]

export const everything: StaleKey = []

/** What a live event makes stale. Pure: the caller invalidates. */
export function staleKeys(event: LiveEvent): StaleKey[] {
  switch (event.kind) {
    case 'conversation':
      return [
        ['conversations', 'list'],
        ['conversations', 'counts'],
        ['conversations', 'one', event.id],
      ]
    case 'delivery':
      return [['deliveries'], ['conversations', 'list'], ['conversations', 'one']]
    case 'channel':
      return [['channels'], ['conversations', 'one']]
    case 'thread':
      return [['conversations', 'thread', event.id]]
    case 'draft':
      return [['conversations', 'one', event.id]]
    case 'view':
      return [['views']]
    case 'presence':
      return [['presence']]
    case 'page':
      return [['pages']]
    case 'resync':
      return [everything]
  }
}

/** Adds the keys of an event to those waiting; a key that a wider one covers is dropped. */
export function gather(waiting: readonly StaleKey[], event: LiveEvent): StaleKey[] {
  const all = [...waiting]
  for (const key of staleKeys(event)) if (!all.some((known) => covers(known, key))) all.push(key)
  return all.filter(
    (key, index) =>
      !all.some((other, at) => at !== index && covers(other, key) && !same(other, key)),
  )
}

function covers(wide: StaleKey, narrow: StaleKey): boolean {
  return wide.length <= narrow.length && wide.every((part, index) => part === narrow[index])
}

function same(a: StaleKey, b: StaleKey): boolean {
  return a.length === b.length && covers(a, b)
}
