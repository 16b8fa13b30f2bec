import type { Figures, Sample } from '../../../contract/figures.ts'
import {
  FigureDay,
  type FigureGrouping,
  type FiguresQuery,
} from '../../../contract/figures-query.ts'
import type { WorkspaceId } from '../../../contract/ids.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { type Actor, authorize } from '../access/index.ts'
import { createZone, prepareClock, readClockRows } from '../reply-clock/index.ts'
import { findCoverage } from './coverage.ts'
import { type Fact, keyOf, readFacts, type Setting } from './facts.ts'
import { countMoves } from './moves-store.ts'
import { choosePeriod } from './period.ts'
import { canReadFigures } from './policy.ts'
import { curveOf, summarise, survivalsOf } from './sample.ts'
import { readNames } from './store.ts'

/**
 * The figures of the waits that began in a period, followed up to `now`. See `readWaits` for what it costs.
 * @throws AppError `bad-input` for a period that cannot be
 */
export async function readFigures(
  db: Db,
  actor: Actor,
  { query, now }: { query: FiguresQuery; now: Date },
): Promise<Figures> {
  authorize(actor, canReadFigures(actor))
  const { workspaceId } = actor
  return inWorkspace(db, workspaceId, async (tx) => {
    const setting = await readSetting(tx, workspaceId, now)
    const period = choosePeriod(query, setting.zone, now)
    const facts: Fact[] = []
    for await (const some of readFacts(tx, workspaceId, { span: period, filter: query, setting }))
      for (const fact of some) facts.push(fact)
    const names = await readNames(tx, workspaceId)
    const survivals = survivalsOf(facts)
    return {
      from: period.firstDay,
      to: period.lastDay,
      timeZone: setting.timeZone,
      asOf: now.toISOString(),
      by: query.by,
      total: summarise(facts, survivals),
      groups: groupFacts(facts, query.by).map(({ key, sample }) => ({
        key,
        label: names.get(key) ?? null,
        sample,
      })),
      curve: { calendar: curveOf(survivals.calendar), business: curveOf(survivals.business) },
      privateMoves: await countMoves(tx, workspaceId, { span: period, filter: query }),
      coverage: findCoverage(facts.filter(({ gap }) => gap).map(({ hour }) => hour)),
    }
  })
}

/** The rules and the zone that figures are counted by: the default calendar's, as they are now. */
export async function readSetting(
  tx: Tx,
  workspaceId: WorkspaceId,
  now: Date,
): Promise<Setting & { timeZone: string }> {
  const { policy, calendars } = await readClockRows(tx, workspaceId)
  const usual = calendars.find(({ id }) => id === policy.fallback.calendarId)
  if (!usual) throw new Error(`workspace ${workspaceId} has no default calendar`)
  const { timeZone } = usual
  return { rules: prepareClock(policy, calendars), zone: createZone(timeZone), timeZone, now }
}

function groupFacts(facts: readonly Fact[], by: FigureGrouping): { key: string; sample: Sample }[] {
  const groups = new Map<string, Fact[]>()
  for (const fact of facts) {
    const key = keyOf(fact, by)
    if (key === null) return []
    const group = groups.get(key)
    if (group) group.push(fact)
    else groups.set(key, [fact])
  }
  const made = [...groups].map(([key, group]) => ({ key, sample: summarise(group) }))
  return made.sort(by === 'weekday' || by === 'hour' ? byTime : bySize)
}

type Group = { key: string; sample: Sample }

function bySize(a: Group, b: Group): number {
  return b.sample.waits - a.sample.waits || (a.key < b.key ? -1 : 1)
}

function byTime(a: Group, b: Group): number {
  return dayIndex(a.key) - dayIndex(b.key) || (a.key < b.key ? -1 : 1)
}

function dayIndex(key: string): number {
  return FigureDay.options.findIndex((day) => key.startsWith(day))
}
