import { sql } from 'kysely'
import type { ClockPreview, ClockPreviewInput } from '../../../contract/clock.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { type Actor, authorize } from '../access/index.ts'
import {
  type ClockRules,
  canChangeReplyTimes,
  dueFor,
  fittingRules,
  prepareClock,
  readClock,
  readClockRows,
} from '../reply-clock/index.ts'
import { subjectOf } from './view.ts'

/** The oldest waits of a workspace; more would only make who tries wait. */
const mostCounted = 20_000

/**
 * What would hold if these rules were saved: when a message that comes at a time would be due, and how
 * many of the customers who wait now would be late by them. Changes nothing.
 * @throws AppError `bad-input` when the policy names a calendar that is neither kept nor given
 */
export async function previewPolicy(
  db: Db,
  actor: Actor,
  { policy, calendars, at, subject }: ClockPreviewInput,
  now: Date,
): Promise<ClockPreview> {
  authorize(actor, canChangeReplyTimes(actor))
  const { kept, waiting } = await inWorkspace(db, actor.workspaceId, async (tx) => ({
    kept: await readClockRows(tx, actor.workspaceId),
    waiting: await readWaiting(tx, actor),
  }))
  const drafted = new Set(calendars.map(({ id }) => id))
  const standing = kept.calendars.filter(({ id }) => !drafted.has(id))
  const rules = prepareClock(policy ?? kept.policy, [...standing, ...calendars])
  const sentAt = new Date(at)
  const message = { author: 'customer' as const, sentAt, deletedAt: null }
  const tried = readClock(rules, { messages: [message], subject }, sentAt)
  return {
    target: tried.target,
    calendarId: tried.terms.calendarId,
    ignoresOfficeHours: tried.terms.ignoresOfficeHours,
    rule: tried.terms.saidBy.target,
    fitting: fittingRules(rules.policy, subject),
    due: tried.due?.toISOString() ?? null,
    noDue: tried.noDue,
    open: countLate(rules, waiting, now),
  }
}

type Waiting = Parameters<typeof subjectOf>[0] & {
  unanswered_since: Date
  due_at: Date | number
}

async function readWaiting(tx: Tx, actor: Actor): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    select channel_id, person_id, language, severity, unanswered_since, due_at from conversations
    where workspace_id = ${actor.workspaceId} and state <> 'done' and unanswered_since is not null
    order by due_at, id limit ${mostCounted}`.execute(tx)
  return rows
}

function countLate(
  rules: ClockRules,
  waiting: readonly Waiting[],
  now: Date,
): ClockPreview['open'] {
  let [lateNow, lateThen, becomingLate, noLongerLate] = [0, 0, 0, 0]
  for (const one of waiting) {
    const due = dueFor(rules, subjectOf(one), one.unanswered_since)
    const [was, will] = [one.due_at < now, due !== null && due < now]
    if (was) lateNow += 1
    if (will) lateThen += 1
    if (will && !was) becomingLate += 1
    if (was && !will) noLongerLate += 1
  }
  return { waiting: waiting.length, lateNow, lateThen, becomingLate, noLongerLate }
}
