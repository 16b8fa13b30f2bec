import { sql } from 'kysely'
import { z } from 'zod'
import { Calendar, ClockPolicy } from '../../../contract/clock.ts'
import type { WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'

/** The policy with all calendars as they stood at one moment; `version` names that moment. */
export type StoredClock = { version: number; policy: ClockPolicy; calendars: Calendar[] }

const Row = z.object({
  version: z.int(),
  rules: z.unknown(),
  precedence: z.unknown(),
  target: z.unknown(),
  calendar_id: z.string(),
  calendars: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      time_zone: z.string(),
      hours: z.unknown(),
      holidays: z.unknown(),
    }),
  ),
})

/** Policy and calendars, read in one statement so that they belong together; made when there are none yet. */
export async function readClockRows(tx: Tx, workspaceId: WorkspaceId): Promise<StoredClock> {
  const stored = await findClock(tx, workspaceId)
  if (stored) return stored
  await ensureClock(tx, workspaceId)
  const made = await findClock(tx, workspaceId)
  if (!made) throw new Error(`workspace ${workspaceId} is missing`)
  return made
}

async function findClock(tx: Tx, workspaceId: WorkspaceId): Promise<StoredClock | undefined> {
  const { rows } = await sql`
    select p.version, p.rules, p.precedence, p.target, p.calendar_id,
      (select json_agg(json_build_object('id', c.id, 'name', c.name, 'time_zone', c.time_zone,
          'hours', c.hours, 'holidays', c.holidays) order by c.created_at, c.id)
        from calendars c where c.workspace_id = p.workspace_id) as calendars
    from clock_policies p where p.workspace_id = ${workspaceId}`.execute(tx)
  if (rows.length === 0) return undefined
  const row = Row.parse(rows[0])
  return {
    version: row.version,
    policy: ClockPolicy.parse({
      rules: row.rules,
      precedence: row.precedence,
      fallback: { target: row.target, calendarId: row.calendar_id },
    }),
    calendars: row.calendars.map((one) =>
      Calendar.parse({
        id: one.id,
        name: one.name,
        timeZone: one.time_zone,
        hours: one.hours,
        holidays: one.holidays,
      }),
    ),
  }
}

/**
 * Gives a workspace its first calendar (its opening hours) and its policy (its reply target for all).
 * Nothing happens when it has them: they are made under the workspace's own id.
 */
export async function ensureClock(tx: Tx, workspaceId: WorkspaceId): Promise<void> {
  await sql`
    insert into calendars (workspace_id, id, name, time_zone, hours)
    select id, id, case locale when 'ro' then 'Program' else 'Opening hours' end, time_zone, hours
    from workspaces where id = ${workspaceId}
    on conflict do nothing`.execute(tx)
  await sql`
    insert into clock_policies (workspace_id, calendar_id, target)
    select id, id, jsonb_build_object('unit', 'calendar-minutes', 'minutes', reply_target_minutes)
    from workspaces where id = ${workspaceId}
    on conflict do nothing`.execute(tx)
}
