import fc from 'fast-check'
import { expect, it } from 'vitest'
import { summarise } from './sample.ts'
import { estimateSurvival, type Observation, quantileOf } from './survival.ts'

// Freireich and others (1963), the leukaemia trial of the textbooks, in weeks; + is censored. The numbers
// are those that R prints for survfit(Surv(time, status) ~ 1) of either arm.
const treated: Observation[] = [
  ...[6, 6, 6, 7, 10, 13, 16, 22, 23].map((time) => ({ time, end: 'answered' as const })),
  ...[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map((time) => ({
    time,
    end: 'waiting' as const,
  })),
]
const untreated: Observation[] = [
  1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23,
].map((time) => ({ time, end: 'answered' as const }))

it('draws the curve of the textbook', () => {
  const { points } = estimateSurvival(treated)
  expect(points.map(({ at, waiting }) => [at, Number(waiting.toFixed(4))])).toEqual([
    [6, 0.8571],
    [7, 0.8067],
    [10, 0.7529],
    [13, 0.6902],
    [16, 0.6275],
    [22, 0.5378],
    [23, 0.4482],
  ])
  const rounded = points.map(({ low, high }) => [low, high].map((one) => Number(one.toFixed(3))))
  expect(rounded[0]).toEqual([0.72, 1])
  expect(rounded.at(-1)).toEqual([0.249, 0.807])
})

it('finds the medians of the textbook with their confidence', () => {
  expect(quantileOf(estimateSurvival(treated), 0.5, treated.length)).toEqual({
    ms: 23,
    moreThan: false,
    low: 16,
    high: null,
  })
  expect(quantileOf(estimateSurvival(untreated), 0.5, untreated.length)).toEqual({
    ms: 8,
    moreThan: false,
    low: 4,
    high: 12,
  })
})

it('says "more than" the longest wait when half were never answered', () => {
  expect(quantileOf(estimateSurvival(treated), 0.9, treated.length)).toMatchObject({
    ms: 35,
    moreThan: true,
    high: null,
  })
  const given = [
    { time: 5, end: 'answered' as const },
    { time: 7, end: 'closed' as const },
    { time: 9, end: 'closed' as const },
  ]
  expect(quantileOf(estimateSurvival(given), 0.5, 3)).toMatchObject({ ms: 9, moreThan: true })
})

it('counts who was closed without an answer as never answered, not as gone', () => {
  const answers = [10, 20].map((time) => ({ time, end: 'answered' as const }))
  const gone = estimateSurvival([...answers, { time: 1, end: 'waiting' }])
  const closed = estimateSurvival([...answers, { time: 1, end: 'closed' }])
  expect(gone.points.map(({ waiting }) => waiting)).toEqual([0.5, 0])
  expect(closed.points.map(({ waiting }) => Number(waiting.toFixed(3)))).toEqual([0.667, 0.333])
})

it('knows nothing of nobody', () => {
  expect(quantileOf(estimateSurvival([]), 0.5, 0)).toBeNull()
  expect(summarise([])).toEqual({
    waits: 0,
    answered: 0,
    waiting: 0,
    closed: 0,
    shareAnswered: null,
    calendar: null,
    business: null,
    small: true,
  })
})

const observation: fc.Arbitrary<Observation> = fc.record({
  time: fc.integer({ min: 0, max: 50 }),
  end: fc.constantFrom('answered', 'answered', 'answered', 'waiting', 'closed'),
})
const some = fc.array(observation, { minLength: 1, maxLength: 60 })
const share = fc.constantFrom(0.1, 0.25, 0.5, 0.75, 0.9)

it('never gets better by one more customer who was not answered', () => {
  fc.assert(
    fc.property(
      some,
      fc.integer({ min: 0, max: 80 }),
      fc.constantFrom('waiting' as const, 'closed' as const),
      share,
      (given, time, end, share) => {
        const more = [...given, { time, end }]
        const before = quantileOf(estimateSurvival(given), share, given.length)
        const after = quantileOf(estimateSurvival(more), share, more.length)
        if (!before || !after) throw new Error('no figure of somebody')
        expect(after.ms).toBeGreaterThanOrEqual(before.ms)
        expect(Number(after.moreThan)).toBeGreaterThanOrEqual(Number(before.moreThan))
        const measure = (one: Observation) => ({ end: one.end, calendar: one.time, business: 0 })
        const [old, now] = [summarise(given.map(measure)), summarise(more.map(measure))]
        expect(now.shareAnswered).toBeLessThanOrEqual(old.shareAnswered ?? 0)
      },
    ),
    { numRuns: 1000 },
  )
})

it('is the plain quantile when everybody was answered', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 200 }),
      share,
      (times, share) => {
        const given = times.map((time) => ({ time, end: 'answered' as const }))
        const sorted = [...times].sort((a, b) => a - b)
        const plain = sorted[Math.ceil(Number((share * times.length).toFixed(6))) - 1]
        expect(quantileOf(estimateSurvival(given), share, times.length)).toMatchObject({
          ms: plain,
          moreThan: false,
        })
      },
    ),
    { numRuns: 1000 },
  )
})

it('does not depend on the order, and its band holds its curve', () => {
  fc.assert(
    fc.property(
      some.chain((given) =>
        fc.tuple(
          fc.constant(given),
          fc.shuffledSubarray(given, { minLength: given.length, maxLength: given.length }),
        ),
      ),
      ([given, shuffled]) => {
        const { points } = estimateSurvival(given)
        expect(estimateSurvival(shuffled)).toEqual(estimateSurvival(given))
        for (const [index, { waiting, low, high }] of points.entries()) {
          expect(low).toBeLessThanOrEqual(waiting + 1e-9)
          expect(high).toBeGreaterThanOrEqual(waiting - 1e-9)
          expect(waiting).toBeLessThanOrEqual((points[index - 1]?.waiting ?? 1) + 1e-9)
        }
      },
    ),
  )
})
