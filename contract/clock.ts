import { z } from 'zod'
import { Time } from './http.ts'
import { ChannelId, PersonId } from './ids.ts'

// What the reply clock is told: calendars (when the business is open) and the policy (what was promised
// to whom). Shared with the browser.

export const CalendarId = z.uuid().brand<'CalendarId'>()
export type CalendarId = z.infer<typeof CalendarId>

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

/** Closed on the days from `from` to `until` (included), all day or in the hours given. */
export const Holiday = z
  .object({
    name: z.string().trim().min(1).max(200),
    from: z.iso.date(),
    until: z.iso.date(),
    closed: z.union([z.literal('all-day'), Openings.min(1)]).default('all-day'),
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

/**
 * The reply time that was promised. `calendar-minutes` run through the night; `business-minutes` only while
 * the calendar is open; one `business-days` is the same time on the next day that has hours.
 */
export const Target = z.discriminatedUnion('unit', [
  z.object({ unit: z.literal('calendar-minutes'), minutes: z.int().min(1).max(576_000) }),
  z.object({ unit: z.literal('business-minutes'), minutes: z.int().min(1).max(144_000) }),
  z.object({ unit: z.literal('business-days'), days: z.int().min(1).max(100) }),
])
export type Target = z.infer<typeof Target>

/** Four hours of calendar time, unless the workspace says otherwise. */
export const defaultTarget: Target = { unit: 'calendar-minutes', minutes: 240 }

export const Severity = z.string().trim().min(1).max(40)

/** What a rule is about; all that is named must hold. `language` `ro` means `ro-MD` too. */
export const ClockCondition = z
  .object({
    channelId: ChannelId,
    language: z.string().regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/),
    severity: Severity,
    personId: PersonId,
  })
  .partial()
  .refine((when) => Object.values(when).some((value) => value !== undefined), {
    message: 'Name a channel, language, severity or person.',
  })
export type ClockCondition = z.infer<typeof ClockCondition>

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

/** `GET /api/v1/calendars`. `isDefault`: the one that holds where no rule names another. */
export const CalendarView = Calendar.extend({ isDefault: z.boolean() })
export type CalendarView = z.infer<typeof CalendarView>

/** `POST /api/v1/calendars` and `PUT /api/v1/calendars/{id}`. */
export const CalendarInput = Calendar.omit({ id: true })
export type CalendarInput = z.infer<typeof CalendarInput>

/** `GET /api/v1/reply-policy`. `version` rises with every change of it or of a calendar. */
export const ReplyPolicyView = z.object({ version: z.int(), policy: ClockPolicy })
export type ReplyPolicyView = z.infer<typeof ReplyPolicyView>

/** `PUT /api/v1/reply-policy`. `version`: refuse when somebody changed it meanwhile. */
export const ReplyPolicyInput = z.object({ policy: ClockPolicy, version: z.int().optional() })
export type ReplyPolicyInput = z.infer<typeof ReplyPolicyInput>

/** Why nothing is due: nobody waits; no opening in the next 400 days; the target is farther than that. */
export const NoDue = z.enum(['nothing-waits', 'never-open', 'too-far'])
export type NoDue = z.infer<typeof NoDue>

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
  /** Index of the rule that sets the target; null: the fallback. */
  rule: z.int().nullable(),
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

/** Milliseconds by both clocks: all the time that passed, and the part of it in which the calendar was open. */
export const Elapsed = z.object({ calendar: z.int(), business: z.int() })
export type Elapsed = z.infer<typeof Elapsed>

/** Where a conversation's reply clock stands, in the view of the conversation. */
export const ClockView = z.object({
  /** When it was read; `elapsed` is of this moment. */
  at: Time,
  target: Target,
  /** The conditions of the rule that set the target; null: the fallback. */
  rule: ClockCondition.nullable(),
  ignoresOfficeHours: z.boolean(),
  calendar: z.object({ id: CalendarId, name: z.string(), timeZone: z.string() }),
  /** The calendar is open at `at`. */
  isOpen: z.boolean(),
  waitingSince: Time.nullable(),
  due: Time.nullable(),
  noDue: NoDue.nullable(),
  breached: z.boolean(),
  paused: z.boolean(),
  resumesAt: Time.nullable(),
  elapsed: Elapsed,
  /** Waits that a person's reply ended, oldest first, measured by the terms as they are now. */
  answered: z.array(
    z.object({
      since: Time,
      answeredAt: Time,
      due: Time.nullable(),
      breached: z.boolean(),
      elapsed: Elapsed,
    }),
  ),
  /** Until when the network itself lets the business answer; null: it sets no end. */
  networkWindow: z.object({ closesAt: Time, minutes: z.int() }).nullable(),
})
export type ClockView = z.infer<typeof ClockView>

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
  const keys = rules.map(({ when }) =>
    JSON.stringify([when.channelId, when.language?.toLowerCase(), when.severity, when.personId]),
  )
  return new Set(keys).size === keys.length
}
