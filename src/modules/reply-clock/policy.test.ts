import { expect, it } from 'vitest'
import { ClockPolicy } from '../../../contract/clock.ts'
import { ChannelId, PersonId } from '../../../contract/ids.ts'
import { type ClockSubject, chooseTerms, fittingRules, rankPolicy } from './policy.ts'

const id = (last: string) => `0190b2a0-0000-7000-8000-00000000000${last}`
const [shop, night, channelId, personId] = [id('1'), id('2'), id('3'), id('4')]
const subject: ClockSubject = {
  channelId: ChannelId.parse(channelId),
  language: 'ro-MD',
  severity: 'high',
  personId: PersonId.parse(personId),
}
const minutes = (minutes: number) => ({ unit: 'calendar-minutes' as const, minutes })

type Input = Parameters<typeof ClockPolicy.parse>[0] & object

function choose(policy: Input, asked = subject) {
  return chooseTerms(
    rankPolicy(ClockPolicy.parse({ fallback: { calendarId: shop }, ...policy })),
    asked,
  )
}

const rules = [
  { when: { channelId }, target: minutes(1) },
  { when: { language: 'ro' }, target: minutes(2) },
  { when: { severity: 'high' }, target: minutes(3) },
  { when: { personId }, target: minutes(4) },
  { when: { channelId, language: 'ro', severity: 'high' }, target: minutes(5) },
]

it('puts the person before severity, language and channel, however many others a rule names', () => {
  const left = [...rules]
  const chosen: (number | null)[] = []
  while (left.length > 0) {
    const by = choose({ rules: left }).saidBy.target ?? -1
    chosen.push(rules.indexOf(left[by] ?? { when: { channelId }, target: minutes(0) }))
    left.splice(by, 1)
  }
  expect(chosen).toEqual([3, 4, 2, 1, 0])
})

it('takes the order of what is specific from the policy', () => {
  const precedence = ['channel', 'language', 'severity', 'person']
  expect(choose({ rules, precedence }).saidBy.target).toBe(4)
  expect(choose({ rules: rules.slice(0, 4), precedence }).target).toEqual(minutes(1))
})

it('holds to the fallback where no rule speaks: four hours', () => {
  const stranger = { ...subject, personId: null, severity: null, language: null }
  expect(choose({ rules: rules.slice(1) }, stranger)).toEqual({
    target: minutes(240),
    calendarId: shop,
    ignoresOfficeHours: false,
    saidBy: { target: null, calendarId: null, ignoresOfficeHours: null },
  })
})

it('lets each rule decide only what it speaks of', () => {
  const mixed = [
    { when: { severity: 'high' }, ignoresOfficeHours: true, target: minutes(9) },
    { when: { personId }, target: minutes(4) },
    { when: { channelId }, calendarId: night, ignoresOfficeHours: false },
  ]
  expect(choose({ rules: mixed })).toEqual({
    target: minutes(4),
    calendarId: night,
    ignoresOfficeHours: true,
    saidBy: { target: 1, calendarId: 2, ignoresOfficeHours: 0 },
  })
})

it('means every region by a language, and prefers the region named', () => {
  const languages = [
    { when: { language: 'ro' }, target: minutes(1) },
    { when: { language: 'RO-md' }, target: minutes(2) },
  ]
  const target = (language: string) => choose({ rules: languages }, { ...subject, language }).target
  expect(target('ro-MD')).toEqual(minutes(2))
  expect(target('ro-RO')).toEqual(minutes(1))
  expect(target('rom')).toEqual(minutes(240))
})

it('does not depend on the order in which the rules are written', () => {
  expect(choose({ rules: rules.toReversed() }).target).toEqual(choose({ rules }).target)
})

it('names every rule about a subject, the strongest first, with what each decides', () => {
  const policy = rankPolicy(
    ClockPolicy.parse({
      fallback: { calendarId: shop },
      rules: [
        { when: { channelId }, target: minutes(1), calendarId: night },
        { when: { language: 'hu' }, target: minutes(2) },
        { when: { severity: 'high' }, target: minutes(3) },
        { when: { personId }, ignoresOfficeHours: true },
        { when: { language: 'ro' }, target: minutes(4) },
      ],
    }),
  )
  expect(fittingRules(policy, subject)).toEqual([
    { rule: 3, decides: ['hours'] },
    { rule: 2, decides: ['target'] },
    { rule: 4, decides: [] },
    { rule: 0, decides: ['calendar'] },
  ])
})
