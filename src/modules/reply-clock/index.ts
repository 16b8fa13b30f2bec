export { createOpenHours, type OpenHours, type Span } from './calendar.ts'
export { createZone, DAY, type Zone } from './calendar-zone.ts'
export { changeOpeningHours } from './change-calendars.ts'
export {
  type AnsweredSpan,
  type ClockMessage,
  type ClockRules,
  dueFor,
  officeHoursFor,
  pauseFor,
  prepareClock,
  type ReplyClock,
  readClock,
  severityIgnoresHours,
} from './clock.ts'
export { canChangeReplyTimes } from './permission.ts'
export { type ClockSubject, fittingRules, type Terms } from './policy.ts'
export { announceRules, recountDue, recountKey } from './recount.ts'
export { registerReplyClock } from './routes.ts'
export { clockRules, holdClockVersion, officeHours } from './rules.ts'
export { ensureClock, readClockRows, type StoredClock, takeClock } from './store.ts'
