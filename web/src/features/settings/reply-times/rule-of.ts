import { type ClockCondition, ClockRule, type Target } from '../../../../../contract/clock.ts'
import type { Subject } from './subject-fields.tsx'

export type RuleParts = {
  subject: Subject
  /** undefined: what others promise. */
  target: Target | undefined
  /** '': as for everybody. */
  calendarId: string
  always: boolean
}

/** The rule that a form describes; null while it names nobody that it is about, or decides nothing. */
export function ruleOf(
  before: ClockRule | null,
  { subject, target, calendarId, always }: RuleParts,
): ClockRule | null {
  const { channelId, language, severity, person } = subject
  const parsed = ClockRule.safeParse({
    when: {
      ...(person && { personId: person.id }),
      ...(channelId && { channelId }),
      ...(language && { language }),
      ...(severity && { severity }),
    },
    ...(target && { target }),
    ...(calendarId && { calendarId }),
    ...(always && { ignoresOfficeHours: true }),
    // Said by the API against a less specific rule: it stays unless it is turned round.
    ...(!always && before?.ignoresOfficeHours === false && { ignoresOfficeHours: false }),
  })
  return parsed.success ? parsed.data : null
}

/** Two rules about the same cannot both be kept. */
export function sameWhen(a: ClockCondition, b: ClockCondition): boolean {
  return (
    a.channelId === b.channelId &&
    a.severity === b.severity &&
    a.personId === b.personId &&
    a.language?.toLowerCase() === b.language?.toLowerCase()
  )
}
