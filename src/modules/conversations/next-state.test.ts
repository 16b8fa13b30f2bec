import { expect, it } from 'vitest'
import type { ConversationState } from '../../../contract/conversations.ts'
import { type Heard, nextState, type Standing } from './next-state.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 9, minute))

/** One customer message of 9:00 stands, and nobody answered. */
const waiting = {
  ...{ waitedSince: at(0), lastAt: at(5), since: at(0), heardAt: at(5) },
  ...{ answeredAt: null, standing: 1 },
}
const answered = { ...waiting, waitedSince: null, since: null, heardAt: null, answeredAt: at(5) }
const empty = { ...waiting, since: null, heardAt: null, standing: 0 }

type Case = [
  string,
  ConversationState,
  Omit<Standing, 'state'>,
  Heard | undefined,
  ConversationState,
]

it.each<Case>([
  ['nothing happened', 'new', waiting, undefined, 'new'],
  ['it was answered', 'new', answered, undefined, 'waiting-customer'],
  ['it was answered', 'open', answered, undefined, 'waiting-customer'],
  [
    'the answer came back',
    'waiting-customer',
    { ...waiting, waitedSince: null },
    undefined,
    'open',
  ],
  ['they wrote after the answer', 'new', { ...answered, since: at(9) }, undefined, 'open'],
  ['they took everything back', 'new', empty, undefined, 'done'],
  ['they took everything back', 'open', empty, undefined, 'done'],
  ['they took everything back', 'waiting-customer', empty, undefined, 'done'],
  ['they took everything back', 'waiting-colleague', empty, undefined, 'waiting-colleague'],
  ['it was answered', 'waiting-colleague', answered, undefined, 'waiting-colleague'],
  ['nothing was heard', 'done', waiting, undefined, 'done'],
  ['they wrote again', 'done', { ...waiting, standing: 2 }, { at: at(9), count: 1 }, 'open'],
  ['a newer message was merged in', 'done', { ...waiting, heardAt: at(9) }, undefined, 'open'],
  [
    'a message came late that nobody answered',
    'done',
    { ...waiting, standing: 3 },
    { at: at(5), count: 1 },
    'open',
  ],
  [
    'a message came late that was answered since',
    'done',
    { ...answered, standing: 2 },
    { at: at(3), count: 1 },
    'done',
  ],
  [
    'they wrote after taking everything back',
    'done',
    { ...waiting, waitedSince: null },
    { at: at(0), count: 1 },
    'new',
  ],
  [
    'a message came late when nothing stood, answered since',
    'done',
    answered,
    { at: at(3), count: 1 },
    'waiting-customer',
  ],
])('when %s, follows what was %s', (_, state, standing, heard, expected) => {
  expect(nextState({ state, ...standing }, heard)).toBe(expected)
})
