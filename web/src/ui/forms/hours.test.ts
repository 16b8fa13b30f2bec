import { describe, expect, it } from 'vitest'
import { addBreak, hoursProblem, tidyHours, usualHours } from './hours.ts'

describe('hoursProblem', () => {
  it('accepts the usual week, a break, and open until midnight', () => {
    expect(hoursProblem(usualHours)).toBeNull()
    expect(
      hoursProblem({
        mon: [
          ['13:00', '17:00'],
          ['09:00', '12:00'],
        ],
      }),
    ).toBeNull()
    expect(hoursProblem({ sat: [['20:00', '24:00']] })).toBeNull()
  })
  it('names the day whose span ends before it begins', () => {
    expect(hoursProblem({ tue: [['17:00', '09:00']] })).toEqual({ day: 'tue', kind: 'backwards' })
    expect(hoursProblem({ tue: [['09:00', '09:00']] })).toEqual({ day: 'tue', kind: 'backwards' })
  })
  it('names the day whose spans overlap, whatever their order', () => {
    expect(
      hoursProblem({
        wed: [
          ['12:00', '15:00'],
          ['09:00', '13:00'],
        ],
      }),
    ).toEqual({ day: 'wed', kind: 'overlap' })
  })
})

describe('tidyHours', () => {
  it('drops closed days and sorts the spans', () => {
    expect(
      tidyHours({
        mon: [],
        tue: [
          ['13:00', '17:00'],
          ['09:00', '12:00'],
        ],
      }),
    ).toEqual({
      tue: [
        ['09:00', '12:00'],
        ['13:00', '17:00'],
      ],
    })
  })
})

describe('addBreak', () => {
  it('cuts an hour out of the middle of the day', () => {
    expect(addBreak([['09:00', '17:00']])).toEqual([
      ['09:00', '12:00'],
      ['13:00', '17:00'],
    ])
  })
  it('leaves a short span alone and opens a closed day', () => {
    expect(addBreak([['09:00', '11:00']])).toEqual([['09:00', '11:00']])
    expect(addBreak([])).toEqual([['09:00', '17:00']])
  })
})
