import { sql } from 'kysely'
import { PersonId, type WorkspaceId } from '../../../contract/ids.ts'
import { announce, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'

export type PersonRow = {
  id: PersonId
  name: string
  tags: string[]
  externalId: string | null
  createdAt: Date
  mergedInto: string | null
  erasedAt: Date | null
}

/** The record that stands for this one: itself, or the one it was joined to. @throws AppError `not-found` */
export async function findPerson(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: PersonId,
): Promise<PersonRow> {
  const row = await tx
    .selectFrom('people')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw new AppError('not-found', 'There is no such person.')
  if (row.merged_into !== null) return findPerson(tx, workspaceId, PersonId.parse(row.merged_into))
  return {
    id: PersonId.parse(row.id),
    name: row.display_name,
    tags: row.tags,
    externalId: row.external_id,
    createdAt: row.created_at,
    mergedInto: row.merged_into,
    erasedAt: row.erased_at,
  }
}

/** The same for a change: nobody else changes it meanwhile, and erased people are left alone. */
export async function lockPerson(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: PersonId,
): Promise<PersonRow> {
  await holdPeople(tx, workspaceId)
  const person = await findPerson(tx, workspaceId, id)
  if (person.erasedAt !== null)
    throw new AppError('conflict', 'This person was erased: there is nothing left to change.')
  return person
}

/** One change of people's records at a time in a workspace; held until the transaction ends. */
export async function holdPeople(tx: Tx, workspaceId: WorkspaceId): Promise<void> {
  await sql`select pg_advisory_xact_lock(4404, hashtext(${workspaceId}))`.execute(tx)
}

/** Nothing new comes in from any network until the transaction ends. Take it before any conversation. */
export async function holdStreams(tx: Tx, workspaceId: WorkspaceId): Promise<void> {
  await tx
    .selectFrom('channel_streams')
    .select('channel_id')
    .where('workspace_id', '=', workspaceId)
    .orderBy('channel_id')
    .forUpdate()
    .execute()
}

/** The person and all records that were joined to it, however deep. */
export async function withMerged(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: PersonId,
): Promise<PersonId[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive family as (
      select ${id}::uuid as id
      union
      select p.id from people p join family f on p.merged_into = f.id where p.workspace_id = ${workspaceId}
    )
    select id from family`.execute(tx)
  return rows.map((row) => PersonId.parse(row.id))
}

/** Tells the browsers that show them. */
export async function tellConversations(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly string[],
): Promise<void> {
  // Many at once are told as one: everything is read again.
  if (ids.length > 200) return announce(tx, { workspace: workspaceId, kind: 'resync', id: '' })
  await announce(
    tx,
    ...ids.map((id) => ({ workspace: workspaceId, kind: 'conversation' as const, id })),
  )
}
