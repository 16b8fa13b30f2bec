import fc from 'fast-check'
import { v7 } from 'uuid'
import { expect, it } from 'vitest'
import { MemberId } from '../../../contract/ids.ts'
import { type Called, nextCall, slowMinutes } from './next-call.ts'
import type { Standing } from './page-store.ts'
import { pageStep } from './settle-pages.ts'

const people = Array.from({ length: 6 }, () => MemberId.parse(v7()))
const some = (max: number) => fc.subarray(people, { minLength: 0, maxLength: max })

/** Plays a page that nobody takes up: whom each step called, and how long it waited. */
function play(onCall: MemberId[], owners: MemberId[], repeats: number, steps: number) {
  const called: Called[] = []
  return Array.from({ length: steps }, () => {
    const next = nextCall({ onCall, owners, called, repeats, stepMinutes: 5 })
    for (const memberId of next.members) {
      const before = called.find((one) => one.tier === next.tier && one.memberId === memberId)
      if (before) before.steps += 1
      else called.push({ tier: next.tier, memberId, steps: 1 })
    }
    return next
  })
}

it('calls each on call in order, each as often as set, and then the owners for ever', () => {
  fc.assert(
    fc.property(some(4), some(2), fc.integer({ min: 1, max: 4 }), (onCall, owners, repeats) => {
      const quick = onCall.length * repeats
      const steps = play(onCall, owners, repeats, quick + 6)
      const expected = onCall.flatMap((id) => Array.from({ length: repeats }, () => [id]))
      expect(steps.slice(0, quick).map(({ members }) => members)).toEqual(expected)
      for (const step of steps.slice(quick))
        expect([step.tier, step.members]).toEqual(['owner', owners])
      for (const step of steps.slice(0, quick)) expect(step.pauseMinutes).toBe(5)
      if (owners.length > 0) expect(steps.at(-1)?.pauseMinutes).toBe(slowMinutes)
    }),
  )
})

it('goes to whoever comes on at a change of shift, and never back to who was called enough', () => {
  const [ana, bob, cora] = people
  if (!ana || !bob || !cora) throw new Error('nobody is there')
  const called: Called[] = [{ tier: 'on-call', memberId: ana, steps: 2 }]
  const common = { owners: [cora], called, repeats: 2, stepMinutes: 5 }
  expect(nextCall({ ...common, onCall: [bob, ana] }).members).toEqual([bob])
  expect(nextCall({ ...common, onCall: [ana] })).toMatchObject({ tier: 'owner', members: [cora] })
})

const now = new Date('2026-11-22T10:00Z')
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const waiting: Omit<Standing, 'id'> = {
  channel_id: v7(),
  person_id: v7(),
  language: null,
  severity: 'urgent',
  state: 'open',
  unanswered_since: minutesAgo(50),
  clock_version: null,
  paging: null,
  page_id: null,
  page_state: null,
  page_severity: null,
  page_ended_at: null,
  heard_at: null,
  now,
}
const page = v7()
const open = { ...waiting, page_id: page, page_state: 'open', page_severity: 'urgent' } as const
const taken = { ...open, page_state: 'acknowledged', page_ended_at: minutesAgo(40) } as const

it.each([
  ['opens one for a severity that pages', waiting, true, { do: 'open', severity: 'urgent' }],
  ['opens none for another', waiting, false, { do: 'nothing' }],
  ['opens none when nobody waits', { ...waiting, unanswered_since: null }, true, { do: 'nothing' }],
  ['opens none for what is done', { ...waiting, state: 'done' }, true, { do: 'nothing' }],
  ['has one open page at a time', open, true, { do: 'nothing' }],
  [
    'follows a change of severity',
    { ...open, severity: 'high' },
    true,
    { do: 'call-it', page, severity: 'high' },
  ],
  [
    'ends it by an answer',
    { ...open, unanswered_since: null },
    true,
    { do: 'end', page, state: 'answered' },
  ],
  ['ends it when it is done', { ...open, state: 'done' }, true, { do: 'end', page, state: 'done' }],
  [
    'ends it when it is less pressing',
    { ...open, severity: null },
    true,
    { do: 'end', page, state: 'eased' },
  ],
  [
    'leaves alone what was taken up',
    { ...taken, heard_at: minutesAgo(45) },
    true,
    { do: 'nothing' },
  ],
  [
    'pages anew when the customer spoke long after',
    { ...taken, heard_at: minutesAgo(5) },
    true,
    { do: 'open', severity: 'urgent' },
  ],
  [
    'looks again later when the customer spoke soon after',
    { ...taken, page_ended_at: minutesAgo(10), heard_at: minutesAgo(5) },
    true,
    { do: 'look', at: new Date(now.getTime() + 20 * 60_000) },
  ],
  [
    'pages anew when it became graver',
    { ...taken, severity: 'worst' },
    true,
    { do: 'open', severity: 'worst' },
  ],
  [
    'pages anew when it was answered and is not',
    { ...taken, page_state: 'answered' as const },
    true,
    { do: 'open', severity: 'urgent' },
  ],
] as const)('%s', (_claim, standing, pages, step) => {
  expect(pageStep(standing, pages)).toEqual(step)
})
