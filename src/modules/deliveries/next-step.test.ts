import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Failure, Found } from '../../connectors/contract.ts'
import { afterFailedLook, afterLook, afterSend, type Standing, type Step } from './next-step.ts'

const hour = 3600_000
const moment = fc.date({
  min: new Date('2026-01-01'),
  max: new Date('2030-01-01'),
  noInvalidDate: true,
})
const standing: fc.Arbitrary<Standing> = fc.record({
  attempts: fc.integer({ min: 1, max: 10_000 }),
  looks: fc.integer({ min: 1, max: 10_000 }),
  inDoubt: fc.boolean(),
  now: moment,
})
const passing: fc.Arbitrary<Failure> = fc.oneof(
  fc.record({
    kind: fc.constant('rate-limited' as const),
    // Also times long past or years away: whatever a network's clock says.
    retryAt: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
    detail: fc.string(),
  }),
  fc.record({ kind: fc.constant('unavailable' as const), detail: fc.string() }),
  fc.record({ kind: fc.constant('unknown-outcome' as const), detail: fc.string() }),
)
const lostAccess: fc.Arbitrary<Failure> = fc.record({
  kind: fc.constant('auth-expired' as const),
  lost: fc.constantFrom('token' as const, 'scope' as const),
  detail: fc.string(),
})
const rejected: fc.Arbitrary<Failure> = fc.record({
  kind: fc.constant('rejected' as const),
  reason: fc.string(),
})
const failure = fc.oneof(passing, lostAccess, rejected)
const sent = fc.record({
  remoteId: fc.string({ minLength: 1 }),
  url: fc.option(fc.webUrl()),
  at: moment,
})
const found = (matches: { minLength: number; maxLength: number }): fc.Arbitrary<Found> =>
  fc.record({ matches: fc.array(sent, matches), repeatSafe: fc.boolean(), looked: fc.string() })

function waitedMs(step: Step, { now }: Standing): number {
  if (step.do !== 'wait') throw new Error(`${step.do} is not a wait`)
  return step.at.getTime() - now.getTime()
}

function isMissingPermission(why: Failure): boolean {
  return why.kind === 'auth-expired' && why.lost === 'scope'
}

/** Whether whoever takes the delivery up next looks before sending. */
function keepsDoubt(step: Step): boolean {
  if (step.do === 'wait' || step.do === 'hold') return step.inDoubt
  return step.do === 'unknown'
}

it('waits out passing trouble and never gives up on it, 1 second to 1 hour at a time', () => {
  fc.assert(
    fc.property(
      passing,
      standing,
      fc.constantFrom(afterSend, afterFailedLook),
      (why, at, after) => {
        const waited = waitedMs(after(why, at), at)
        expect(waited).toBeGreaterThanOrEqual(1000)
        expect(waited).toBeLessThanOrEqual(hour)
      },
    ),
  )
})

it('holds what lost its access, unless a permission is missing and it certainly never left', () => {
  fc.assert(
    fc.property(lostAccess, standing, (why, at) => {
      const never = isMissingPermission(why) && !at.inDoubt
      expect(afterSend(why, at)).toMatchObject(
        never ? { do: 'fail' } : { do: 'hold', inDoubt: at.inDoubt },
      )
      expect(afterFailedLook(why, at)).toMatchObject({ do: 'hold', inDoubt: true })
    }),
  )
})

it('fails only what the network refused and what certainly never stood there', () => {
  fc.assert(
    fc.property(failure, standing, (why, at) => {
      const step = afterSend(why, at)
      const refused = why.kind === 'rejected' || isMissingPermission(why)
      expect(step.do === 'fail').toBe(refused && !at.inDoubt)
      expect(afterFailedLook(why, at).do).not.toBe('fail')
    }),
  )
})

it('never lets a doubt go because a later send, or a look, failed', () => {
  fc.assert(
    fc.property(failure, standing, (why, at) => {
      expect(keepsDoubt(afterSend(why, { ...at, inDoubt: true }))).toBe(true)
      expect(keepsDoubt(afterFailedLook(why, at))).toBe(true)
    }),
  )
})

it('is in doubt after a lost answer, and after nothing else when it was certain before', () => {
  fc.assert(
    fc.property(failure, standing, (why, at) => {
      const step = afterSend(why, { ...at, inDoubt: false })
      expect(keepsDoubt(step)).toBe(why.kind === 'unknown-outcome')
    }),
  )
})

it('sends again after a doubt only when nothing was found and a repeat is safe', () => {
  fc.assert(
    fc.property(found({ minLength: 0, maxLength: 4 }), standing, (what, at) => {
      const sends = afterLook(what, at).do === 'send'
      expect(sends).toBe(what.matches.length === 0 && what.repeatSafe)
    }),
  )
  fc.assert(
    fc.property(failure, standing, (why, at) => {
      expect(afterSend(why, at).do).not.toBe('send')
      expect(afterFailedLook(why, at).do).not.toBe('send')
    }),
  )
})

it('takes the one post it found for the reply, and leaves a choice among several to a person', () => {
  fc.assert(
    fc.property(found({ minLength: 1, maxLength: 1 }), standing, (what, at) => {
      expect(afterLook(what, at)).toEqual({ do: 'sent', sent: what.matches[0] })
    }),
  )
  fc.assert(
    fc.property(found({ minLength: 2, maxLength: 4 }), standing, (what, at) => {
      const step = afterLook(what, at)
      if (step.do !== 'unknown') throw new Error(step.do)
      expect(step.reason.candidates?.map(({ remoteId }) => remoteId)).toEqual(
        what.matches.map(({ remoteId }) => remoteId),
      )
    }),
  )
})

it('looks five times over more than a minute where nothing tells repeats apart, then asks a person', () => {
  const what: Found = { matches: [], repeatSafe: false, looked: '3 answers in the thread' }
  const now = new Date('2026-11-22T10:00:00Z')
  const steps = [1, 2, 3, 4, 5].map((looks) =>
    afterLook(what, { attempts: 1, looks, inDoubt: true, now }),
  )
  const waits = steps.flatMap((step) => (step.do === 'wait' ? [step.at.getTime() - +now] : []))
  expect(waits).toEqual([3000, 8000, 20_000, 40_000])
  expect(steps.at(-1)).toMatchObject({
    do: 'unknown',
    reason: { detail: '3 answers in the thread', candidates: [] },
  })
})

it('waits longer each time, for sends and for looks', () => {
  const now = new Date()
  const why: Failure = { kind: 'unavailable', detail: 'down' }
  const lost: Failure = { kind: 'unknown-outcome', detail: 'cut' }
  const waits = (after: typeof afterSend, what: Failure) =>
    [1, 2, 3, 9, 10, 10_000].map((n) => {
      const at = { attempts: n, looks: n, inDoubt: false, now }
      return waitedMs(after(what, at), at)
    })
  expect(waits(afterSend, why)).toEqual([1000, 2000, 4000, 256_000, 300_000, 300_000])
  expect(waits(afterFailedLook, why)).toEqual([1000, 2000, 4000, 256_000, 300_000, 300_000])
  expect(waits(afterSend, lost)).toEqual([1000, 2000, 4000, 60_000, 60_000, 60_000])
})
