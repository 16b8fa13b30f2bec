import { expect, it } from 'vitest'
import { Calendar, ClockPolicy } from './clock.ts'

const id = '0190b2a0-0000-7000-8000-000000000001'
const calendar = { id, name: 'Shop', timeZone: 'Europe/Bucharest', hours: {} }
const monday = (...spans: string[][]) => ({ ...calendar, hours: { mon: spans } })
const holiday = (change: object) => ({
  ...calendar,
  holidays: [{ name: 'Away', from: '2026-12-25', until: '2026-12-26', ...change }],
})

it('takes breaks, hours until midnight, and half holidays', () => {
  expect(() => Calendar.parse(monday(['09:00', '12:30'], ['13:00', '24:00']))).not.toThrow()
  expect(Calendar.parse(holiday({})).holidays[0]?.closed).toBe('all-day')
  expect(() => Calendar.parse(holiday({ closed: [['12:00', '24:00']] }))).not.toThrow()
  expect(() => Calendar.parse(holiday({ hours: [['09:00', '13:00']] }))).not.toThrow()
})

it.each([
  ['a zone that is none', { ...calendar, timeZone: 'Europe/Nowhere' }],
  ['an offset as a zone', { ...calendar, timeZone: '+02:00' }],
  ['closing before opening', monday(['17:00', '09:00'])],
  ['hours that overlap', monday(['09:00', '13:00'], ['12:00', '17:00'])],
  ['a time that is none', monday(['09:00', '24:30'])],
  ['a holiday that ends before it begins', holiday({ until: '2026-12-24' })],
  ['a holiday of years', holiday({ until: '2028-12-24' })],
  [
    'a holiday with closed hours and hours of its own',
    holiday({ closed: [['12:00', '24:00']], hours: [['09:00', '12:00']] }),
  ],
  ['a holiday with own hours in which it never opens', holiday({ hours: [] })],
  ['a day that is none', holiday({ from: '2026-02-30' })],
])('refuses %s', (_, input) => {
  expect(Calendar.safeParse(input).success).toBe(false)
})

const fallback = { calendarId: id }
const target = { unit: 'business-days', days: 1 }

it('promises four hours when nothing else is said', () => {
  expect(ClockPolicy.parse({ fallback })).toEqual({
    rules: [],
    precedence: ['person', 'severity', 'language', 'channel'],
    fallback: { calendarId: id, target: { unit: 'calendar-minutes', minutes: 240 } },
  })
})

it.each([
  ['a rule about nobody', { rules: [{ when: {}, target }], fallback }],
  ['a rule that decides nothing', { rules: [{ when: { severity: 'high' } }], fallback }],
  [
    'two rules of the same conditions',
    {
      rules: [
        { when: { language: 'ro' }, target },
        { when: { language: 'RO' }, ignoresOfficeHours: true },
      ],
      fallback,
    },
  ],
  [
    'an order that names an aspect twice',
    { precedence: ['person', 'person', 'language', 'channel'], fallback },
  ],
  [
    'no time at all',
    { fallback: { ...fallback, target: { unit: 'calendar-minutes', minutes: 0 } } },
  ],
])('refuses %s', (_, input) => {
  expect(ClockPolicy.safeParse(input).success).toBe(false)
})
