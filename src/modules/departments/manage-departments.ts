import { sql } from 'kysely'
import type {
  Department,
  DepartmentChange,
  DepartmentInput,
} from '../../../contract/departments.ts'
import { DepartmentId } from '../../../contract/ids.ts'
import { announce, type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { canManageDepartments, canReadDepartments } from './policy.ts'
import { listDepartments, setMembers } from './store.ts'

/** The departments of the business with their members. */
export async function getDepartments(db: Db, actor: Actor): Promise<Department[]> {
  authorize(actor, canReadDepartments(actor))
  return inWorkspace(db, actor.workspaceId, (tx) => viewAll(tx, actor))
}

/** Makes a department. */
export async function createDepartment(
  db: Db,
  actor: Actor,
  { name: text, memberIds }: DepartmentInput,
): Promise<Department> {
  authorize(actor, canManageDepartments(actor))
  const [id, name] = [newId(DepartmentId), cleanText(text)]
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    await checkName(tx, actor, name, id)
    await tx
      .insertInto('departments')
      .values({ workspace_id: actor.workspaceId, id, name })
      .execute()
    await setMembers(tx, actor.workspaceId, id, memberIds)
    await tell(tx, actor)
    await record(tx, actor, { act: 'created', id }, { name, members: memberIds })
    return viewOne(tx, actor, id)
  })
}

/** Renames a department or changes who is in it. */
export async function changeDepartment(
  db: Db,
  actor: Actor,
  id: DepartmentId,
  change: DepartmentChange,
): Promise<Department> {
  authorize(actor, canManageDepartments(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const before = await hold(tx, actor, id)
    if (change.name !== undefined) {
      const name = cleanText(change.name)
      await checkName(tx, actor, name, id)
      await tx
        .updateTable('departments')
        .set({ name })
        .where('workspace_id', '=', actor.workspaceId)
        .where('id', '=', id)
        .execute()
    }
    if (change.memberIds) await setMembers(tx, actor.workspaceId, id, change.memberIds)
    await tell(tx, actor)
    await record(
      tx,
      actor,
      { act: 'changed', id },
      {
        ...(change.name !== undefined && { nameFrom: before.name, nameTo: change.name }),
        ...(change.memberIds && { members: change.memberIds }),
      },
    )
    return viewOne(tx, actor, id)
  })
}

/**
 * Removes a department. Conversations of the past keep its name; while some are open, or a live rule gives
 * to it, it stays.
 */
export async function removeDepartment(db: Db, actor: Actor, id: DepartmentId): Promise<void> {
  authorize(actor, canManageDepartments(actor))
  await inWorkspace(db, actor.workspaceId, async (tx) => {
    const { name } = await hold(tx, actor, id)
    await checkUnused(tx, actor, id)
    await tx
      .updateTable('departments')
      .set({ removed_at: sql<Date>`now()` })
      .where('workspace_id', '=', actor.workspaceId)
      .where('id', '=', id)
      .execute()
    await tell(tx, actor)
    await record(tx, actor, { act: 'removed', id }, { name })
  })
}

async function checkUnused(tx: Tx, actor: Actor, id: DepartmentId): Promise<void> {
  const { rows } = await sql<{ open: number; ruled: boolean }>`
    select
      (select count(*) from conversations where workspace_id = ${actor.workspaceId}
        and department_id = ${id} and state <> 'done') as open,
      exists (select from routing r
        join routing_versions v on v.workspace_id = r.workspace_id and v.version = r.live_version
        where r.workspace_id = ${actor.workspaceId}
          and v.rules @> ${JSON.stringify([{ give: { departmentId: id } }])}::jsonb) as ruled`.execute(
    tx,
  )
  const { open, ruled } = rows[0] ?? { open: 0, ruled: false }
  if (open > 0)
    throw new AppError(
      'conflict',
      `It holds ${open} conversation${open === 1 ? ' that is' : 's that are'} not done. Hand them over or finish them first.`,
    )
  if (ruled)
    throw new AppError(
      'conflict',
      'A routing rule gives conversations to it. Change the rule first.',
    )
}

async function hold(tx: Tx, actor: Actor, id: DepartmentId): Promise<{ name: string }> {
  const row = await tx
    .selectFrom('departments')
    .select('name')
    .where('workspace_id', '=', actor.workspaceId)
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw new AppError('not-found', 'There is no such department.')
  return row
}

async function checkName(tx: Tx, actor: Actor, name: string, own: DepartmentId): Promise<void> {
  const row = await tx
    .selectFrom('departments')
    .select('id')
    .where('workspace_id', '=', actor.workspaceId)
    .where('removed_at', 'is', null)
    .where(sql`lower(name)`, '=', sql`lower(${name})`)
    .where('id', '<>', own)
    .executeTakeFirst()
  if (row) throw badField('name', 'There is a department of this name. Choose another name.')
}

async function viewAll(tx: Tx, actor: Actor): Promise<Department[]> {
  const change = canManageDepartments(actor)
  return (await listDepartments(tx, actor.workspaceId)).map(({ id, name, members, open }) => ({
    id,
    name,
    members,
    open,
    can: { change },
  }))
}

async function viewOne(tx: Tx, actor: Actor, id: DepartmentId): Promise<Department> {
  const found = (await viewAll(tx, actor)).find((one) => one.id === id)
  if (!found) throw new AppError('not-found', 'There is no such department.')
  return found
}

/** Its name stands in lists and conversations. */
async function tell(tx: Tx, { workspaceId }: Actor): Promise<void> {
  await announce(tx, { workspace: workspaceId, kind: 'resync', id: '' })
}

async function record(
  tx: Tx,
  actor: Actor,
  { act, id }: { act: 'created' | 'changed' | 'removed'; id: DepartmentId },
  detail: Parameters<typeof recordAct>[2]['detail'],
): Promise<void> {
  await recordAct(tx, actor, { act: `department.${act}`, subject: `department:${id}`, detail })
}
