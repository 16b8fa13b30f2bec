import { sql } from 'kysely'
import { DepartmentId, MemberId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { badField } from '../../platform/errors.ts'

export type StoredDepartment = {
  id: DepartmentId
  name: string
  open: number
  members: { id: MemberId; name: string }[]
}

/** All departments that were not removed, by name. */
export async function listDepartments(
  tx: Tx,
  workspaceId: WorkspaceId,
): Promise<StoredDepartment[]> {
  const departments = await tx
    .selectFrom('departments')
    .select(['id', 'name'])
    .where('workspace_id', '=', workspaceId)
    .where('removed_at', 'is', null)
    .orderBy(sql`lower(name)`)
    .execute()
  const { rows: open } = await sql<{ id: string; count: number }>`
    select department_id as id, count(*) as count from conversations
    where workspace_id = ${workspaceId} and state <> 'done' and department_id is not null
    group by department_id`.execute(tx)
  const members = await membersOfDepartments(
    tx,
    workspaceId,
    departments.map(({ id }) => id),
  )
  const counts = new Map(open.map((row) => [row.id, row.count]))
  return departments.map(({ id, name }) => ({
    id: DepartmentId.parse(id),
    name,
    open: counts.get(id) ?? 0,
    members: members
      .filter((one) => one.departmentId === id)
      .map((one) => ({ id: one.memberId, name: one.name })),
  }))
}

export type Membership = {
  departmentId: DepartmentId
  memberId: MemberId
  name: string
  givenAt: Date | null
}

/** Who is in these departments, without those who left the business; by name. */
export async function membersOfDepartments(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly string[],
): Promise<Membership[]> {
  if (ids.length === 0) return []
  const rows = await tx
    .selectFrom('department_members as dm')
    .innerJoin('members as m', (join) =>
      join.onRef('m.workspace_id', '=', 'dm.workspace_id').onRef('m.id', '=', 'dm.member_id'),
    )
    .select(['dm.department_id', 'dm.member_id', 'm.name', 'dm.given_at'])
    .where('dm.workspace_id', '=', workspaceId)
    .where('dm.department_id', '=', sql<string>`any(${ids}::uuid[])`)
    .where('m.left_at', 'is', null)
    .orderBy('m.name')
    .orderBy('m.id')
    .execute()
  return rows.map((row) => ({
    departmentId: DepartmentId.parse(row.department_id),
    memberId: MemberId.parse(row.member_id),
    name: row.name,
    givenAt: row.given_at,
  }))
}

/**
 * That there is such a department; it cannot be removed until the transaction ends.
 * @throws AppError `bad-input` at `field`
 */
export async function checkDepartment(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: DepartmentId,
  field = 'departmentId',
): Promise<void> {
  const row = await tx
    .selectFrom('departments')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .forShare()
    .executeTakeFirst()
  if (!row) throw badField(field, 'There is no such department. Choose another.')
}

/** Makes these its members, all of them. Those who stay keep their turn. */
export async function setMembers(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: DepartmentId,
  memberIds: readonly MemberId[],
): Promise<void> {
  const wanted = [...new Set(memberIds)]
  const known = await tx
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', sql<string>`any(${wanted}::uuid[])`)
    .where('left_at', 'is', null)
    .execute()
  if (known.length !== wanted.length)
    throw badField('memberIds', 'Somebody of these is not a member of this workspace.')
  await tx
    .deleteFrom('department_members')
    .where('workspace_id', '=', workspaceId)
    .where('department_id', '=', id)
    .where('member_id', '<>', sql<string>`all(${wanted}::uuid[])`)
    .execute()
  await sql`
    insert into department_members (workspace_id, department_id, member_id)
    select ${workspaceId}, ${id}, * from unnest(${wanted}::uuid[])
    on conflict do nothing`.execute(tx)
}
