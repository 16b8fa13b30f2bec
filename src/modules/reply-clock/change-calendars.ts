import { isDeepStrictEqual } from 'node:util'
import {
  type Calendar,
  CalendarId,
  type CalendarInput,
  type CalendarView,
  type WeekHours,
} from '../../../contract/clock.ts'
import type { WorkspaceId } from '../../../contract/ids.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { canChangeReplyTimes, canReadReplyTimes } from './permission.ts'
import { announceRules } from './recount.ts'
import {
  deleteCalendar,
  insertCalendar,
  readClockRows,
  type StoredClock,
  takeClock,
  updateCalendar,
} from './store.ts'

const mostCalendars = 100

export async function listCalendars(db: Db, actor: Actor): Promise<CalendarView[]> {
  authorize(actor, canReadReplyTimes(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const clock = await readClockRows(tx, actor.workspaceId)
    return clock.calendars.map((one) => viewCalendar(clock, one))
  })
}

export async function addCalendar(
  db: Db,
  actor: Actor,
  input: CalendarInput,
): Promise<CalendarView> {
  authorize(actor, canChangeReplyTimes(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const clock = await takeClock(tx, actor.workspaceId)
    if (clock.calendars.length >= mostCalendars)
      throw new AppError('refused', `A workspace has at most ${mostCalendars} calendars.`)
    const calendar = { id: newId(CalendarId), ...input }
    await insertCalendar(tx, actor.workspaceId, calendar)
    await announceRules(tx, actor.workspaceId)
    await record(tx, actor, 'calendar.added', calendar)
    return viewCalendar(clock, calendar)
  })
}

export async function changeCalendar(
  db: Db,
  actor: Actor,
  id: CalendarId,
  input: CalendarInput,
): Promise<CalendarView> {
  authorize(actor, canChangeReplyTimes(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const clock = await takeClock(tx, actor.workspaceId)
    const before = findCalendar(clock, id)
    const calendar = { id, ...input }
    if (isDeepStrictEqual(before, calendar)) return viewCalendar(clock, before)
    await updateCalendar(tx, actor.workspaceId, calendar)
    await announceRules(tx, actor.workspaceId)
    await record(tx, actor, 'calendar.changed', calendar)
    return viewCalendar(clock, calendar)
  })
}

/** @throws AppError `refused` for the default calendar and for one that a rule names */
export async function removeCalendar(db: Db, actor: Actor, id: CalendarId): Promise<void> {
  authorize(actor, canChangeReplyTimes(actor))
  await inWorkspace(db, actor.workspaceId, async (tx) => {
    const clock = await takeClock(tx, actor.workspaceId)
    const calendar = findCalendar(clock, id)
    const { fallback, rules } = clock.policy
    if (fallback.calendarId === id)
      throw new AppError(
        'refused',
        'This is the default calendar. Choose another as default first.',
      )
    if (rules.some(({ calendarId }) => calendarId === id))
      throw new AppError('refused', 'A rule counts by this calendar. Change the rule first.')
    await deleteCalendar(tx, actor.workspaceId, id)
    await announceRules(tx, actor.workspaceId)
    await record(tx, actor, 'calendar.removed', calendar)
  })
}

/**
 * Changes the default calendar from the workspace's own settings: the days that are named, the zone. Take
 * no row before it in the same transaction: it takes the rules.
 */
export async function changeOpeningHours(
  tx: Tx,
  workspaceId: WorkspaceId,
  { hours, timeZone }: { hours?: WeekHours; timeZone?: string },
): Promise<void> {
  const clock = await takeClock(tx, workspaceId)
  const before = findCalendar(clock, clock.policy.fallback.calendarId)
  const calendar = {
    ...before,
    hours: { ...before.hours, ...hours },
    timeZone: timeZone ?? before.timeZone,
  }
  if (isDeepStrictEqual(before, calendar)) return
  await updateCalendar(tx, workspaceId, calendar)
  await announceRules(tx, workspaceId)
}

function findCalendar({ calendars }: StoredClock, id: CalendarId): Calendar {
  const calendar = calendars.find((one) => one.id === id)
  if (!calendar) throw new AppError('not-found', 'There is no such calendar.')
  return calendar
}

function viewCalendar({ policy }: StoredClock, calendar: Calendar): CalendarView {
  const { id, name, timeZone, hours, holidays } = calendar
  return { id, name, timeZone, hours, holidays, isDefault: policy.fallback.calendarId === id }
}

async function record(tx: Tx, actor: Actor, act: string, calendar: Calendar): Promise<void> {
  const { id, name, timeZone, hours, holidays } = calendar
  await recordAct(tx, actor, {
    act,
    subject: `calendar:${id}`,
    detail: { name, timeZone, hours, holidays },
  })
}
