import { type ClockRules, type ClockSubject, dueFor } from '../reply-clock/index.ts'

/**
 * When an answer is due, as `due_at` is written: `infinity` when nobody waits, and when somebody does but
 * the calendar has no hours for it.
 */
export function dueText(rules: ClockRules, subject: ClockSubject, since: Date | null): string {
  const due = since === null ? null : dueFor(rules, subject, since)
  return due?.toISOString() ?? 'infinity'
}
