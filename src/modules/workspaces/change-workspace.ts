import type { WorkspaceChange } from '../../../contract/members.ts'
import type { Workspace } from '../../../contract/session.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { type Actor, authorize, can } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { changeOpeningHours } from '../reply-clock/index.ts'
import { findWorkspace, updateWorkspace } from './store.ts'
import { checkTimeZone } from './time-zone.ts'
import { viewWorkspace } from './view.ts'

/**
 * Changes name, zone, language or hours, which also completes the set-up step "business". Hours and zone
 * are those of the default calendar.
 */
export async function changeWorkspace(
  { db, clock }: { db: Db; clock: Clock },
  actor: Actor,
  change: WorkspaceChange,
): Promise<Workspace> {
  authorize(actor, can(actor, 'manage-workspace'))
  checkHours(change.hours)
  const { hours, name, locale } = change
  const timeZone = change.timeZone === undefined ? undefined : checkTimeZone(change.timeZone)
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    // The days that are named change, the others stay.
    if (hours !== undefined || timeZone !== undefined)
      await changeOpeningHours(tx, actor.workspaceId, {
        ...(hours !== undefined && { hours }),
        ...(timeZone !== undefined && { timeZone }),
      })
    await updateWorkspace(tx, actor.workspaceId, {
      ...(name !== undefined && { name }),
      ...(locale !== undefined && { locale }),
      ...(timeZone !== undefined && { timeZone }),
      at: clock(),
    })
    const row = await findWorkspace(tx, actor.workspaceId)
    if (!row) throw new AppError('not-found', 'There is no such workspace.')
    await recordAct(tx, actor, {
      act: 'workspace.changed',
      subject: `workspace:${actor.workspaceId}`,
      detail: { changed: Object.keys(change).sort() },
    })
    return viewWorkspace(row)
  })
}

function checkHours(hours: WorkspaceChange['hours']): void {
  for (const [day, spans] of Object.entries(hours ?? {})) {
    for (const [index, [from, to]] of (spans ?? []).entries()) {
      const earlier = spans?.[index - 1]
      if (from >= to) throw badField(`hours.${day}.${index}`, 'Closing must come after opening.')
      if (earlier && from < earlier[1])
        throw badField(`hours.${day}.${index}`, 'These hours overlap those before them.')
    }
  }
}
