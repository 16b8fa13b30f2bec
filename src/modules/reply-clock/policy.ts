import {
  type CalendarId,
  type ClockCondition,
  ClockDecision,
  type ClockPolicy,
  type ClockRule,
  conditionKey,
  type Target,
} from '../../../contract/clock.ts'
import { type RankedRule, rankRules } from '../../../contract/clock-order.ts'
import type { ChannelId, PersonId } from '../../../contract/ids.ts'

/** What the policy may ask of a conversation; null: it is not known, and no rule about it speaks. */
export type ClockSubject = {
  channelId: ChannelId | null
  language: string | null
  severity: string | null
  personId: PersonId | null
}

/** What was promised, with the rule (index in the policy) that said so; null: no rule, the fallback holds. */
export type Terms = {
  target: Target
  calendarId: CalendarId
  ignoresOfficeHours: boolean
  saidBy: { target: number | null; calendarId: number | null; ignoresOfficeHours: number | null }
}

/** The rules of a policy, most specific first. */
export type RankedPolicy = { rules: RankedRule[]; fallback: ClockPolicy['fallback'] }

/**
 * Rules about records that were joined to others are about those others.
 * @param standing of a record that was joined, the one that stands for it
 * @returns at most one rule of each condition: what the first of them leaves open, the next one says
 */
export function aboutWhoStands(
  rules: readonly ClockRule[],
  standing: ReadonlyMap<PersonId, PersonId>,
): ClockRule[] {
  const distinct = new Map<string, ClockRule>()
  for (const rule of rules) {
    const { personId } = rule.when
    const stands = personId && standing.get(personId)
    const when = stands ? { ...rule.when, personId: stands } : rule.when
    const key = conditionKey(when)
    distinct.set(key, { ...rule, when, ...distinct.get(key) })
  }
  return [...distinct.values()]
}

/** Puts the rules in order once, so that choosing is reading from the top. */
export function rankPolicy(policy: ClockPolicy): RankedPolicy {
  return { rules: rankRules(policy), fallback: policy.fallback }
}

/** Takes the target, the calendar and office hours each from the most specific rule that speaks of it. */
export function chooseTerms({ rules, fallback }: RankedPolicy, subject: ClockSubject): Terms {
  const terms: Terms = {
    ...fallback,
    ignoresOfficeHours: false,
    saidBy: { target: null, calendarId: null, ignoresOfficeHours: null },
  }
  const { saidBy } = terms
  for (const { rule, index } of rules) {
    if (!applies(rule.when, subject)) continue
    if (saidBy.target === null && rule.target !== undefined) {
      terms.target = rule.target
      saidBy.target = index
    }
    if (saidBy.calendarId === null && rule.calendarId !== undefined) {
      terms.calendarId = rule.calendarId
      saidBy.calendarId = index
    }
    if (saidBy.ignoresOfficeHours === null && rule.ignoresOfficeHours !== undefined) {
      terms.ignoresOfficeHours = rule.ignoresOfficeHours
      saidBy.ignoresOfficeHours = index
    }
  }
  return terms
}

/** The rules about a subject, the strongest first, each with what it decides: nothing when others outvote it. */
export function fittingRules(
  policy: RankedPolicy,
  subject: ClockSubject,
): { rule: number; decides: ClockDecision[] }[] {
  const { target, calendarId, ignoresOfficeHours } = chooseTerms(policy, subject).saidBy
  const said = { target, calendar: calendarId, hours: ignoresOfficeHours }
  return policy.rules
    .filter(({ rule }) => applies(rule.when, subject))
    .map(({ index }) => ({
      rule: index,
      decides: ClockDecision.options.filter((what) => said[what] === index),
    }))
}

function applies(when: ClockCondition, subject: ClockSubject): boolean {
  return (
    (when.channelId === undefined || when.channelId === subject.channelId) &&
    (when.severity === undefined || when.severity === subject.severity) &&
    (when.personId === undefined || when.personId === subject.personId) &&
    (when.language === undefined || speaks(subject.language, when.language))
  )
}

/** `ro` is spoken by who speaks `ro` or `ro-MD`, not by who speaks `rom`. */
function speaks(language: string | null, wanted: string): boolean {
  return `${language ?? ''}-`.toLowerCase().startsWith(`${wanted.toLowerCase()}-`)
}
