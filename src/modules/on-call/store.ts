import { z } from 'zod'
import { MemberId, type WorkspaceId } from '../../../contract/ids.ts'
import { type OnCallSettings, Rota } from '../../../contract/on-call.ts'
import type { Tx } from '../../platform/db.ts'
import { callableRoles } from './policy.ts'

const usual: OnCallSettings = { rota: [], severities: null, stepMinutes: 5, repeats: 2 }

/** As they are kept; the usual ones until somebody chooses. */
export async function readSettings(tx: Tx, workspaceId: WorkspaceId): Promise<OnCallSettings> {
  const row = await tx
    .selectFrom('on_call_settings')
    .select(['rota', 'severities', 'step_minutes', 'repeats'])
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst()
  if (!row) return usual
  return {
    rota: Rota.parse(row.rota),
    severities: row.severities,
    stepMinutes: row.step_minutes,
    repeats: row.repeats,
  }
}

/** The same, locked until the transaction ends; made when there are none. */
export async function lockSettings(tx: Tx, workspaceId: WorkspaceId): Promise<OnCallSettings> {
  await tx
    .insertInto('on_call_settings')
    .values({ workspace_id: workspaceId })
    .onConflict((conflict) => conflict.column('workspace_id').doNothing())
    .execute()
  await tx
    .selectFrom('on_call_settings')
    .select('workspace_id')
    .where('workspace_id', '=', workspaceId)
    .forUpdate()
    .execute()
  return readSettings(tx, workspaceId)
}

export async function updateSettings(
  tx: Tx,
  workspaceId: WorkspaceId,
  settings: OnCallSettings,
): Promise<void> {
  await tx
    .updateTable('on_call_settings')
    .set({
      rota: JSON.stringify(settings.rota),
      severities: settings.severities && [...settings.severities],
      step_minutes: settings.stepMinutes,
      repeats: settings.repeats,
    })
    .where('workspace_id', '=', workspaceId)
    .execute()
}

export type Callable = { id: MemberId; name: string; email: string; isOwner: boolean }

/** Members who can be called: here, and in a role that answers customers. By name. */
export async function callableMembers(tx: Tx, workspaceId: WorkspaceId): Promise<Callable[]> {
  const rows = await tx
    .selectFrom('members')
    .select(['id', 'name', 'email', 'role'])
    .where('workspace_id', '=', workspaceId)
    .where('left_at', 'is', null)
    .where('role', 'in', [...callableRoles])
    .orderBy('name')
    .orderBy('id')
    .execute()
  return rows.map(({ id, name, email, role }) => ({
    id: MemberId.parse(id),
    name,
    email,
    isOwner: role === 'owner',
  }))
}

const Place = z.object({ name: z.string(), time_zone: z.string(), locale: z.enum(['en', 'ro']) })
export type Place = z.infer<typeof Place>

/** What calls say of the business, and in which language mails do. */
export async function findPlace(tx: Tx, workspaceId: WorkspaceId): Promise<Place> {
  const row = await tx
    .selectFrom('workspaces')
    .select(['name', 'time_zone', 'locale'])
    .where('id', '=', workspaceId)
    .executeTakeFirstOrThrow()
  return Place.parse(row)
}
