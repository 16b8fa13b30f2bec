import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestStep, LATEST, type Standing } from './schedule.ts'

const long = new Date('2000-01-01T00:00:00Z')
const shop = { timeZone: 'Europe/Bucharest', hour: 8, wantedSince: long, settled: null }
const at = (now: string, more: Partial<Standing> = {}) =>
  digestStep({ ...shop, now: new Date(now), ...more })

describe('digestStep', () => {
  it('sends at the hour of the zone, in winter and in summer', () => {
    expect(at('2026-01-15T05:59:59Z', { settled: '2026-01-14' }).do).toBe('wait')
    expect(at('2026-01-15T06:00:00Z')).toMatchObject({ do: 'send', day: '2026-01-15' })
    expect(at('2026-07-15T05:00:00Z')).toMatchObject({ do: 'send', day: '2026-07-15' })
  })

  it('plans the next one 23 and 25 hours later over the changes of the clock', () => {
    expect(at('2026-03-28T06:00:00Z').next).toEqual(new Date('2026-03-29T05:00:00Z'))
    expect(at('2026-10-24T05:00:00Z').next).toEqual(new Date('2026-10-25T06:00:00Z'))
  })

  it('sends once in the night that shows the hour twice, and in the one that skips it', () => {
    // Bucharest, 25 October: 03:00 to 04:00 comes twice. 29 March: 03:00 to 04:00 is left out.
    const twice = { hour: 3, settled: '2026-10-24' }
    expect(at('2026-10-25T00:00:00Z', twice)).toMatchObject({ do: 'send', day: '2026-10-25' })
    expect(at('2026-10-25T01:00:00Z', { hour: 3, settled: '2026-10-25' }).do).toBe('wait')
    const skipped = { hour: 3, settled: '2026-03-28' }
    expect(at('2026-03-29T00:59:00Z', skipped).do).toBe('wait')
    expect(at('2026-03-29T01:00:00Z', skipped)).toMatchObject({ do: 'send', day: '2026-03-29' })
  })

  it('catches up within 6 hours and passes over what is later', () => {
    expect(at('2026-01-15T12:00:00Z')).toMatchObject({ do: 'send', day: '2026-01-15' })
    expect(at('2026-01-15T12:00:01Z')).toMatchObject({ do: 'pass', day: '2026-01-15' })
    expect(at('2026-01-20T03:00:00Z', { settled: '2026-01-14' })).toMatchObject({
      do: 'pass',
      day: '2026-01-19',
    })
  })

  it('does not catch up with what fell due before it was wanted', () => {
    const wantedSince = new Date('2026-01-15T07:00:00Z')
    expect(at('2026-01-15T08:00:00Z', { wantedSince }).do).toBe('wait')
    expect(at('2026-01-16T06:00:00Z', { wantedSince }).do).toBe('send')
  })

  it('brings no day twice when the zone or the hour is changed', () => {
    const settled = '2026-01-15'
    expect(at('2026-01-15T14:00:00Z', { timeZone: 'America/New_York', settled }).do).toBe('wait')
    expect(at('2026-01-15T08:00:00Z', { hour: 10, settled }).do).toBe('wait')
  })

  it('sends each day at most once, in its time, whenever it is looked at, in every zone', () => {
    const minutes = fc.array(fc.integer({ min: 1, max: 40 * 60 }), { minLength: 5, maxLength: 40 })
    const zones = fc.constantFrom(
      ...['Europe/Bucharest', 'America/New_York', 'Pacific/Apia', 'Australia/Lord_Howe'],
      ...['Africa/Cairo', 'Asia/Kathmandu'],
    )
    const starts = fc.constantFrom('2026-03-20', '2026-10-15', '2011-12-20', '2026-04-01')
    fc.assert(
      fc.property(
        zones,
        fc.integer({ min: 0, max: 23 }),
        minutes,
        starts,
        (zone, hour, gaps, start) => {
          let now = Date.parse(`${start}T00:00:00Z`)
          let settled: string | null = null
          const sent: string[] = []
          let planned = 0
          for (const gap of gaps) {
            now += gap * 60_000
            const standing = {
              now: new Date(now),
              timeZone: zone,
              hour,
              wantedSince: long,
              settled,
            }
            const step = digestStep(standing)
            expect(step.next.getTime()).toBeGreaterThan(now)
            if (step.do !== 'send' && planned > 0 && now >= planned && now - planned <= LATEST)
              throw new Error(`${zone}: the one of ${new Date(planned).toISOString()} was lost`)
            planned = step.next.getTime()
            if (step.do === 'wait') continue
            expect(settled === null || step.day > settled).toBe(true)
            settled = step.day
            expect(digestStep({ ...standing, settled }).do).toBe('wait')
            if (step.do === 'send') sent.push(step.day)
          }
          expect(new Set(sent).size).toBe(sent.length)
        },
      ),
    )
  })
})
