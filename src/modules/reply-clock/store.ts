import { sql } from 'kysely'
import { z } from 'zod'
import {
  Calendar,
  type CalendarId,
  type CalendarInput,
  ClockPolicy,
  RulePerson,
} from '../../../contract/clock.ts'
import { type ChannelId, PersonId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { aboutWhoStands } from './policy.ts'

/**
 * The policy with all calendars as they stood at one moment; `version` names that moment. Its rules name the
 * records that stand for people now: those that were written are kept, and hold again when a merge is undone.
 */
export type StoredClock = { version: number; policy: ClockPolicy; calendars: Calendar[] }

const Row = z.object({
  version: z.int(),
  rules: z.unknown(),
  precedence: z.unknown(),
  target: z.unknown(),
  standing: z.array(z.tuple([PersonId, PersonId])),
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
        from calendars c where c.workspace_id = p.workspace_id) as calendars,
      (with recursive line as (
          select one.id as named, one.id, one.merged_into from people one
          where one.workspace_id = p.workspace_id
            and one.id in (select (r -> 'when' ->> 'personId')::uuid from jsonb_array_elements(p.rules) r)
          union all
          select line.named, next.id, next.merged_into from line
          join people next on next.workspace_id = p.workspace_id and next.id = line.merged_into
        )
        select coalesce(json_agg(json_build_array(named, id)), '[]') from line
        where merged_into is null and named <> id) as standing
    from clock_policies p where p.workspace_id = ${workspaceId}`.execute(tx)
  if (rows.length === 0) return undefined
  const row = Row.parse(rows[0])
  const written = ClockPolicy.parse({
    rules: row.rules,
    precedence: row.precedence,
    fallback: { target: row.target, calendarId: row.calendar_id },
  })
  return {
    version: row.version,
    policy: { ...written, rules: aboutWhoStands(written.rules, new Map(row.standing)) },
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

/**
 * Takes the rules for a change: waits for all who count by them now, and makes those who come later wait.
 * Before any row, so that nobody waits for each other.
 */
export async function takeClock(tx: Tx, workspaceId: WorkspaceId): Promise<StoredClock> {
  await sql`select pg_advisory_xact_lock(4402, hashtext(${workspaceId}))`.execute(tx)
  return readClockRows(tx, workspaceId)
}

/** Says that policy or calendars changed. @returns the version that names them from now on */
export async function raiseVersion(tx: Tx, workspaceId: WorkspaceId): Promise<number> {
  const { version } = await tx
    .updateTable('clock_policies')
    .set({ version: sql<number>`version + 1`, updated_at: sql<Date>`now()` })
    .where('workspace_id', '=', workspaceId)
    .returning('version')
    .executeTakeFirstOrThrow()
  return version
}

export async function updatePolicy(
  tx: Tx,
  workspaceId: WorkspaceId,
  { rules, precedence, fallback }: ClockPolicy,
): Promise<void> {
  await tx
    .updateTable('clock_policies')
    .set({
      rules: JSON.stringify(rules),
      precedence: JSON.stringify(precedence),
      target: JSON.stringify(fallback.target),
      calendar_id: fallback.calendarId,
    })
    .where('workspace_id', '=', workspaceId)
    .execute()
}

export async function insertCalendar(
  tx: Tx,
  workspaceId: WorkspaceId,
  one: Calendar,
): Promise<void> {
  await tx
    .insertInto('calendars')
    .values({ workspace_id: workspaceId, id: one.id, ...columnsOf(one) })
    .execute()
}

export async function updateCalendar(
  tx: Tx,
  workspaceId: WorkspaceId,
  one: Calendar,
): Promise<void> {
  await tx
    .updateTable('calendars')
    .set({ ...columnsOf(one), updated_at: sql<Date>`now()` })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', one.id)
    .execute()
}

export async function deleteCalendar(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: CalendarId,
): Promise<void> {
  await tx
    .deleteFrom('calendars')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}

function columnsOf({ name, timeZone, hours, holidays }: CalendarInput) {
  return {
    name,
    time_zone: timeZone,
    hours: JSON.stringify(hours),
    holidays: JSON.stringify(holidays),
  }
}

/** Which of these channels and people the workspace has. */
export async function knownSubjects(
  tx: Tx,
  workspaceId: WorkspaceId,
  { channels, people }: { channels: readonly ChannelId[]; people: readonly PersonId[] },
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from channels where workspace_id = ${workspaceId} and id = any(${channels}::uuid[])
    union all
    select id from people where workspace_id = ${workspaceId} and id = any(${people}::uuid[])`.execute(
    tx,
  )
  return new Set(rows.map(({ id }) => id))
}

/** What these people are called, and whether their records still stand for somebody. */
export async function namePeople(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly PersonId[],
): Promise<RulePerson[]> {
  if (ids.length === 0) return []
  const { rows } = await sql`
    select id, display_name as name,
      case when erased_at is not null then 'erased' else 'known' end as "is"
    from people where workspace_id = ${workspaceId} and id = any(${[...new Set(ids)]}::uuid[]) order by id`.execute(
    tx,
  )
  return z.array(RulePerson).parse(rows)
}
