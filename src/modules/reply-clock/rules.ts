import { sql } from 'kysely'
import type { WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { OpenHours } from './calendar.ts'
import { type ClockRules, prepareClock } from './clock.ts'
import { changesRules } from './recount.ts'
import { readClockRows } from './store.ts'

// What was prepared is kept for the process: a version's rules never change, so nothing kept here can be
// wrong, only unused.
const kept = new Map<WorkspaceId, { version: number; rules: ClockRules }>()
const mostKept = 500

/**
 * The rules of a workspace, ready to be asked.
 * @param version what `parley.clock_version()` (or a read of `clock_policies`) said; null: none are kept yet
 */
export async function clockRules(
  tx: Tx,
  workspaceId: WorkspaceId,
  version: number | null,
): Promise<ClockRules> {
  const known = kept.get(workspaceId)
  if (known && known.version === version) return known.rules
  const { policy, calendars, version: found } = await readClockRows(tx, workspaceId)
  const rules = prepareClock(policy, calendars)
  // What this transaction itself made may yet be rolled back, and something else get its number.
  if (version !== null && !changesRules(tx)) remember(workspaceId, { version: found, rules })
  return rules
}

/** When the business is open by its default calendar. `version`: as for `clockRules`. */
export async function officeHours(
  tx: Tx,
  workspaceId: WorkspaceId,
  version: number | null,
): Promise<OpenHours> {
  const { policy, calendars } = await clockRules(tx, workspaceId, version)
  const calendar = calendars.get(policy.fallback.calendarId)
  if (!calendar) throw new Error(`the default calendar of ${workspaceId} is missing`)
  return calendar.hours
}

/** Holds the rules as they are until the transaction ends, and says which they are. One statement. */
export async function holdClockVersion(tx: Tx): Promise<number | null> {
  const { rows } = await sql<{ version: number | null }>`
    select parley.clock_version() as version`.execute(tx)
  return rows[0]?.version ?? null
}

function remember(workspaceId: WorkspaceId, one: { version: number; rules: ClockRules }): void {
  kept.delete(workspaceId)
  kept.set(workspaceId, one)
  if (kept.size <= mostKept) return
  for (const oldest of kept.keys()) {
    kept.delete(oldest)
    break
  }
}
