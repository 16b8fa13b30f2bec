import fc from 'fast-check'
import { expect, it } from 'vitest'
import { localInput, snoozeChoices } from './snooze-times.ts'

const times = fc.date({
  min: new Date('2025-01-01T00:00:00Z'),
  max: new Date('2035-01-01T00:00:00Z'),
  noInvalidDate: true,
})

it('offers only times to come, each once', () => {
  fc.assert(
    fc.property(times, (now) => {
      const at = snoozeChoices(now).map((choice) => choice.at.getTime())
      expect(at.every((time) => time > now.getTime())).toBe(true)
      expect(new Set(at).size).toBe(at.length)
    }),
  )
})

it('means a Monday by Monday, at nine, within a week', () => {
  fc.assert(
    fc.property(times, (now) => {
      const monday = snoozeChoices(now).find(({ id }) => id === 'monday')?.at
      if (!monday) return now.getDay() === 0
      expect([monday.getDay(), monday.getHours()]).toEqual([1, 9])
      return monday.getTime() - now.getTime() < 8 * 86_400_000
    }),
  )
})

it('writes a time as the field does, to the minute', () => {
  fc.assert(
    fc.property(times, (now) => {
      const back = new Date(localInput(now)).getTime()
      expect(Math.abs(now.getTime() - back)).toBeLessThanOrEqual(3_600_000)
      expect(localInput(new Date(back))).toBe(localInput(now))
    }),
  )
})
