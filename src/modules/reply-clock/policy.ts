import type {
  CalendarId,
  ClockAspect,
  ClockCondition,
  ClockPolicy,
  ClockRule,
  Target,
} from '../../../contract/clock.ts'
import type { ChannelId, PersonId } from '../../../contract/ids.ts'
import { unreachable } from '../../platform/errors.ts'

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

/** The rules of a policy, most specific first, each with its index in the policy. */
export type RankedPolicy = {
  rules: { rule: ClockRule; index: number }[]
  fallback: ClockPolicy['fallback']
}

/** Puts the rules in order once, so that choosing is reading from the top. See `ClockPolicy` for the order. */
export function rankRules({ rules, precedence, fallback }: ClockPolicy): RankedPolicy {
  const ranked = rules.map((rule, index) => ({
    rule,
    index,
    weights: precedence.map((aspect) => weightOf(rule.when, aspect)),
  }))
  ranked.sort((a, b) => compareWeights(b.weights, a.weights) || a.index - b.index)
  return { rules: ranked.map(({ rule, index }) => ({ rule, index })), fallback }
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

/** 0: the rule does not name it. A longer language (`ro-MD`) says more than a shorter one. */
function weightOf(when: ClockCondition, aspect: ClockAspect): number {
  switch (aspect) {
    case 'person':
      return when.personId === undefined ? 0 : 1
    case 'severity':
      return when.severity === undefined ? 0 : 1
    case 'language':
      return when.language?.length ?? 0
    case 'channel':
      return when.channelId === undefined ? 0 : 1
    default:
      return unreachable(aspect)
  }
}

function compareWeights(a: readonly number[], b: readonly number[]): number {
  for (const [place, weight] of a.entries()) {
    const difference = weight - (b[place] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
