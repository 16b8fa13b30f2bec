import { z } from 'zod'
import { CalendarId, ClockCondition, NoDue, Severity, Target } from './clock-view.ts'
import { Time } from './http.ts'
import { ChannelId, PersonId } from './ids.ts'

export {
  CalendarId,
  ClockCondition,
  ClockView,
  Elapsed,
  NoDue,
  Severity,
  Target,
} from './clock-view.ts'

// What the reply clock is told: calendars (when the business is open) and the policy (what was promised
// to whom). Shared with the browser.

/** An IANA name. Offsets such as +02:00 are zones to JavaScript, but know no summer time. */
export const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'There is no such time zone. Use a name like Europe/Bucharest.')

/** `from` until `to` on one day, by the clock on the wall. Past midnight: one opening until 24:00, one from 00:00. */
export const Opening = z
  .tuple([
    z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
    z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/),
  ])
  .refine(([from, to]) => from < to, 'Closing must come after opening.')
export type Opening = z.infer<typeof Opening>

/** The openings of one day in order; the gaps between them are breaks. */
const Openings = z
  .array(Opening)
  .max(12)
  .refine(areApart, 'The hours must be in order and must not overlap.')

export const Weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
export type Weekday = z.infer<typeof Weekday>

/** A day that is missing is closed. */
export const WeekHours = z.partialRecord(Weekday, Openings)
export type WeekHours = z.infer<typeof WeekHours>

/**
 * The days from `from` to `until` (included), on which the usual hours are closed all day or in the hours
 * given. `hours`: opens in these instead of the usual ones, on a day that is closed otherwise too.
 */
export const Holiday = z
  .object({
    name: z.string().trim().min(1).max(200),
    from: z.iso.date(),
    until: z.iso.date(),
    closed: z.union([z.literal('all-day'), Openings.min(1)]).default('all-day'),
    hours: Openings.min(1).optional(),
  })
  .refine(({ closed, hours }) => hours === undefined || closed === 'all-day', {
    path: ['closed'],
    message: 'Say when it is closed or when it is open instead, not both.',
  })
  .refine(({ from, until }) => from <= until, {
    path: ['until'],
    message: 'The last day must not come before the first.',
  })
  .refine(({ from, until }) => Date.parse(until) - Date.parse(from) <= 366 * 86_400_000, {
    path: ['until'],
    message: 'A holiday lasts a year at most.',
  })
export type Holiday = z.infer<typeof Holiday>

/** When the business is open, in one zone. */
export const Calendar = z.object({
  id: CalendarId,
  name: z.string().trim().min(1).max(200),
  timeZone: TimeZone,
  hours: WeekHours,
  holidays: z.array(Holiday).max(1000).default([]),
})
export type Calendar = z.infer<typeof Calendar>

/** Four hours of calendar time, unless the workspace says otherwise. */
export const defaultTarget: Target = { unit: 'calendar-minutes', minutes: 240 }

/**
 * What it decides, the others leave to less specific rules. `ignoresOfficeHours`: business time runs round
 * the clock, every day.
 */
export const ClockRule = z
  .object({
    when: ClockCondition,
    target: Target.optional(),
    calendarId: CalendarId.optional(),
    ignoresOfficeHours: z.boolean().optional(),
  })
  .refine(
    (rule) =>
      rule.target !== undefined ||
      rule.calendarId !== undefined ||
      rule.ignoresOfficeHours !== undefined,
    'A rule must decide something: the target, the calendar or whether office hours count.',
  )
export type ClockRule = z.infer<typeof ClockRule>

export const ClockAspect = z.enum(['person', 'severity', 'language', 'channel'])
export type ClockAspect = z.infer<typeof ClockAspect>

/**
 * The rules, and what holds where no rule speaks. `precedence` says what is most specific: a rule that names
 * its first aspect beats every rule that does not, among equals the second counts, and so on. Target,
 * calendar and office hours are each decided by the most specific rule that speaks of them.
 */
export const ClockPolicy = z.object({
  rules: z
    .array(ClockRule)
    .max(1000)
    .refine(areDistinct, 'Two rules have the same conditions: make them one.')
    .default([]),
  precedence: z
    .array(ClockAspect)
    .length(ClockAspect.options.length)
    .refine((aspects) => new Set(aspects).size === aspects.length, 'Name each aspect once.')
    .default(['person', 'severity', 'language', 'channel']),
  fallback: z.object({ target: Target.default(defaultTarget), calendarId: CalendarId }),
})
export type ClockPolicy = z.infer<typeof ClockPolicy>

/** What rules decide, each by itself: `hours` is whether office hours count. */
export const ClockDecision = z.enum(['target', 'calendar', 'hours'])
export type ClockDecision = z.infer<typeof ClockDecision>

/** `GET /api/v1/calendars`. `isDefault`: the one that holds where no rule names another. */
export const CalendarView = Calendar.extend({ isDefault: z.boolean() })
export type CalendarView = z.infer<typeof CalendarView>

/** `POST /api/v1/calendars` and `PUT /api/v1/calendars/{id}`. */
export const CalendarInput = Calendar.omit({ id: true })
export type CalendarInput = z.infer<typeof CalendarInput>

/**
 * Somebody whom a rule names: the record that stands for them now, which a rule about one that was joined to
 * it follows. Of a record that was `erased`, no conversations are left: the rule is about nobody.
 */
export const RulePerson = z.object({
  id: PersonId,
  name: z.string(),
  is: z.enum(['known', 'erased']),
})
export type RulePerson = z.infer<typeof RulePerson>

/**
 * `GET /api/v1/reply-policy`. `version` rises with every change of it or of a calendar; `people` are those
 * whom the rules name.
 */
export const ReplyPolicyView = z.object({
  version: z.int(),
  policy: ClockPolicy,
  people: z.array(RulePerson),
})
export type ReplyPolicyView = z.infer<typeof ReplyPolicyView>

/** `PUT /api/v1/reply-policy`. `version`: refuse when somebody changed it meanwhile. */
export const ReplyPolicyInput = z.object({ policy: ClockPolicy, version: z.int().optional() })
export type ReplyPolicyInput = z.infer<typeof ReplyPolicyInput>

/**
 * `POST /api/v1/reply-policy/preview`: what would hold if this were saved. What is missing stays as it is
 * kept; `calendars` stand in for those with their ids, or are new.
 */
export const ClockPreviewInput = z.object({
  policy: ClockPolicy.optional(),
  calendars: z.array(Calendar).max(100).default([]),
  /** A message that comes at this time, and what it is like. */
  at: Time,
  subject: z
    .object({
      channelId: ChannelId.nullable().default(null),
      language: z.string().max(40).nullable().default(null),
      severity: Severity.nullable().default(null),
      personId: PersonId.nullable().default(null),
    })
    .default({ channelId: null, language: null, severity: null, personId: null }),
})
export type ClockPreviewInput = z.infer<typeof ClockPreviewInput>

/** `waiting`: conversations in which a customer waits now, at most 20,000 of them; late by either set of rules. */
export const ClockPreview = z.object({
  target: Target,
  calendarId: CalendarId,
  ignoresOfficeHours: z.boolean(),
  /** Index of the rule that sets the target; null: the fallback. */
  rule: z.int().nullable(),
  /** Every rule about such a message, by its index, the strongest first; what it does not decide another did. */
  fitting: z.array(z.object({ rule: z.int(), decides: z.array(ClockDecision) })),
  due: Time.nullable(),
  noDue: NoDue.nullable(),
  open: z.object({
    waiting: z.int(),
    lateNow: z.int(),
    lateThen: z.int(),
    becomingLate: z.int(),
    noLongerLate: z.int(),
  }),
})
export type ClockPreview = z.infer<typeof ClockPreview>

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function areApart(openings: readonly Opening[]): boolean {
  return openings.every(([from], index) => {
    const earlier = openings[index - 1]
    return earlier === undefined || earlier[1] <= from
  })
}

function areDistinct(rules: readonly { when: ClockCondition }[]): boolean {
  return new Set(rules.map(({ when }) => conditionKey(when))).size === rules.length
}

/** The same for conditions that ask the same. */
export function conditionKey({ channelId, language, severity, personId }: ClockCondition): string {
  return JSON.stringify([channelId, language?.toLowerCase(), severity, personId])
}
