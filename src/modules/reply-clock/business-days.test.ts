import { expect, it } from 'vitest'
import type { Opening } from '../../../contract/clock.ts'
import { makeCalendar, officeHours } from './arbitraries.ts'
import { createOpenHours } from './calendar.ts'

const local = (text: string) => Date.parse(text)
const office = createOpenHours(makeCalendar())

/** In November and December Bucharest is at +02:00. */
function after(hours: ReturnType<typeof createOpenHours>, from: string, days: number): string {
  const due = hours.afterDays(local(`${from}+02:00`), days)
  return due === null ? 'never' : new Date(due + 2 * 3_600_000).toISOString().slice(0, 16)
}

it('is the same time on the next day that has hours', () => {
  expect(after(office, '2026-11-25T10:00', 1)).toBe('2026-11-26T10:00')
  expect(after(office, '2026-11-27T10:00', 1)).toBe('2026-11-30T10:00')
  expect(after(office, '2026-11-25T10:00', 5)).toBe('2026-12-02T10:00')
})

it('counts from the next opening outside hours', () => {
  const tuesday = '2026-12-01T09:00'
  for (const from of ['2026-11-27T17:00', '2026-11-28T10:00', '2026-11-30T08:00']) {
    expect(after(office, from, 1)).toBe(tuesday)
  }
  expect(after(office, '2026-11-27T16:59', 1)).toBe('2026-11-30T16:59')
})

it('keeps within the hours of the day it falls on', () => {
  const hours = createOpenHours(
    makeCalendar({
      hours: {
        ...officeHours,
        thu: [
          ['10:00', '12:00'],
          ['13:00', '15:00'],
        ],
      },
    }),
  )
  expect(after(hours, '2026-11-25T09:30', 1)).toBe('2026-11-26T10:00')
  expect(after(hours, '2026-11-25T11:59', 1)).toBe('2026-11-26T11:59')
  expect(after(hours, '2026-11-25T12:30', 1)).toBe('2026-11-26T13:00')
  expect(after(hours, '2026-11-25T15:00', 1)).toBe('2026-11-26T15:00')
  expect(after(hours, '2026-11-25T16:30', 1)).toBe('2026-11-26T15:00')
})

it('does not count holidays, but counts half ones', () => {
  const hours = createOpenHours(
    makeCalendar({
      holidays: [
        { name: 'Away', from: '2026-11-26', until: '2026-11-26' },
        { name: 'Half', from: '2026-11-27', until: '2026-11-27', closed: [['09:00', '15:00']] },
      ],
    }),
  )
  expect(after(hours, '2026-11-25T10:00', 1)).toBe('2026-11-27T15:00')
  expect(after(hours, '2026-11-25T10:00', 2)).toBe('2026-11-30T10:00')
})

it('keeps the time of the wall over both clock changes', () => {
  const friday = local('2026-03-27T10:00+02:00')
  expect(office.afterDays(friday, 1)).toBe(local('2026-03-30T10:00+03:00'))
  expect(office.afterDays(local('2026-10-23T10:00+03:00'), 1)).toBe(local('2026-10-26T10:00+02:00'))
})

it('never promises less to who writes in the hour shown twice', () => {
  const all: Opening[] = [['00:00', '24:00']]
  const hours = createOpenHours(makeCalendar({ hours: { sat: all, sun: all, mon: all } }))
  const first = hours.afterDays(local('2026-10-25T03:50+03:00'), 1)
  const second = hours.afterDays(local('2026-10-25T03:10+02:00'), 1)
  expect(first).toBe(local('2026-10-26T03:50+02:00'))
  expect(second).toBe(local('2026-10-26T04:00+02:00'))
})

it('stays on its own day when the wall goes back at midnight', () => {
  // Cairo, 30 October 2026: 24:00 on Thursday becomes 23:00.
  const hours = createOpenHours(
    makeCalendar({
      timeZone: 'Africa/Cairo',
      hours: { thu: [['00:00', '24:00']], fri: [['09:00', '17:00']], mon: [['09:00', '17:00']] },
    }),
  )
  const second = local('2026-10-29T23:30+02:00')
  expect(hours.afterDays(second, 1)).toBe(local('2026-10-30T17:00+02:00'))
})
