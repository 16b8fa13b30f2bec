import { z } from 'zod'
import { WorkspaceId } from '../../../contract/ids.ts'
import type { Workspace } from '../../../contract/session.ts'
import type { findWorkspace } from './store.ts'

type Row = NonNullable<Awaited<ReturnType<typeof findWorkspace>>>
const Hours = z.partialRecord(
  z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']),
  z.array(z.tuple([z.string(), z.string()])),
)

/** A workspace as the API shows it; every day has its hours, closed ones an empty list. */
export function viewWorkspace(row: Row): Workspace {
  const hours = Hours.parse(row.hours)
  return {
    id: WorkspaceId.parse(row.id),
    name: row.name,
    timeZone: row.time_zone,
    locale: row.locale,
    hours: {
      mon: hours.mon ?? [],
      tue: hours.tue ?? [],
      wed: hours.wed ?? [],
      thu: hours.thu ?? [],
      fri: hours.fri ?? [],
      sat: hours.sat ?? [],
      sun: hours.sun ?? [],
    },
  }
}
