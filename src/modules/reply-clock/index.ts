export { createOpenHours, type OpenHours, type Span } from './calendar.ts'
export {
  type AnsweredSpan,
  type ClockMessage,
  type ClockRules,
  dueFor,
  type Elapsed,
  type NoDue,
  prepareClock,
  type ReplyClock,
  readClock,
} from './clock.ts'
export type { ClockSubject, Terms } from './policy.ts'
export { clockRules, holdClockVersion } from './rules.ts'
export { ensureClock } from './store.ts'
