import { z } from 'zod'
import { Time } from './http.ts'
import { ChannelId, PersonId } from './ids.ts'

// How a reply clock reads in the view of a conversation. Apart from the rules and calendars behind it, which
// only the settings need: the inbox loads this.

export const CalendarId = z.uuid().brand<'CalendarId'>()
export type CalendarId = z.infer<typeof CalendarId>

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

/** Why nothing is due: nobody waits; no opening in the next 400 days; the target is farther than that. */
export const NoDue = z.enum(['nothing-waits', 'never-open', 'too-far'])
export type NoDue = z.infer<typeof NoDue>

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
