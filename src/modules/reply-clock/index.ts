export { createOpenHours, type OpenHours, type Span } from './calendar.ts'
export { changeOpeningHours } from './change-calendars.ts'
export {
  type AnsweredSpan,
  type ClockMessage,
  type ClockRules,
  dueFor,
  pauseFor,
  prepareClock,
  type ReplyClock,
  readClock,
} from './clock.ts'
export { canChangeReplyTimes } from './permission.ts'
export type { ClockSubject, Terms } from './policy.ts'
export { recountDue, recountKey } from './recount.ts'
export { registerReplyClock } from './routes.ts'
export { clockRules, holdClockVersion } from './rules.ts'
export { ensureClock, readClockRows } from './store.ts'
