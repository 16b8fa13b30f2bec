import { z } from 'zod'
import { Severity, TimeZone, Weekday } from './clock.ts'
import { Time } from './http.ts'
import { MemberId } from './ids.ts'

/**
 * Hours of a week by the clock on the wall of a zone: on each of the days, from `from` until `to`. A `to`
 * that is not later than `from` is on the next day; `24:00` is the end of the day.
 */
export const Shift = z
  .object({
    days: z.array(Weekday).min(1, 'Choose at least one day.').max(7),
    from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time like 18:00'),
    to: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time like 08:00 or 24:00'),
    timeZone: TimeZone,
  })
  .refine(({ from, to }) => from !== to, {
    path: ['to'],
    message: 'must differ from the beginning: write 00:00 to 24:00 for a whole day',
  })
export type Shift = z.infer<typeof Shift>

/** `shift` null: always. */
export const RotaEntry = z.object({ memberId: MemberId, shift: Shift.nullable() })
export type RotaEntry = z.infer<typeof RotaEntry>

/** Who is asked first, second, …; the owners come after all of them. */
export const Rota = z.array(RotaEntry).max(100)
export type Rota = z.infer<typeof Rota>

/** `PUT /api/v1/on-call`. */
export const OnCallSettings = z.object({
  rota: Rota,
  /** Which pages; null: those whose reply time ignores office hours. Empty: none. */
  severities: z.array(Severity).max(50).nullable(),
  /** Minutes between two calls. */
  stepMinutes: z.int().min(1).max(120),
  /** How often each person is called before the next is. */
  repeats: z.int().min(1).max(20),
})
export type OnCallSettings = z.infer<typeof OnCallSettings>

const Somebody = z.object({ id: MemberId, name: z.string() })

/** Who would be called, in order. Without `onCall` it begins with the owners. */
export const CallOrder = z.object({
  at: Time,
  onCall: z.array(Somebody),
  owners: z.array(Somebody),
})
export type CallOrder = z.infer<typeof CallOrder>

/** `GET /api/v1/on-call`. */
export const OnCallView = z.object({
  settings: OnCallSettings,
  /** Severities that a reply time without office hours names: what pages while `severities` is null. */
  byReplyTimes: z.array(z.string()),
  now: CallOrder,
  /** Who can be put on the rota. */
  members: z.array(Somebody),
  /** An e-mail account is connected that calls can be mailed by. */
  mails: z.boolean(),
  can: z.object({ change: z.boolean() }),
})
export type OnCallView = z.infer<typeof OnCallView>

/** `POST /api/v1/on-call/preview`: who would be called then, by this rota. */
export const OnCallPreviewInput = z.object({ rota: Rota, at: Time })
export type OnCallPreviewInput = z.infer<typeof OnCallPreviewInput>
