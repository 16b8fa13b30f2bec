import { sql } from 'kysely'
import { IdentityId, PersonId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Author } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'

export type Recognised = { identityId: IdentityId; personId: PersonId }

type Who = { workspaceId: WorkspaceId; network: string }

/**
 * Ties each author to an identity and a person, making both when the author is new, and keeps names
 * and handles up to date. Any number of authors in at most four statements.
 * @returns by the author's remote id
 */
export async function recogniseAuthors(
  tx: Tx,
  { workspaceId, network }: Who,
  authors: readonly Author[],
): Promise<Map<string, Recognised>> {
  // Sorted, so that two transactions that meet the same people lock them in the same order.
  const unique = [...new Map(authors.map((author) => [author.remoteId, author])).values()].sort(
    (a, b) => (a.remoteId < b.remoteId ? -1 : 1),
  )
  const known = await refreshKnown(tx, { workspaceId, network }, unique)
  const strangers = unique.filter((author) => !known.has(author.remoteId))
  if (strangers.length > 0) {
    const added = await addStrangers(tx, { workspaceId, network }, strangers)
    for (const [remoteId, recognised] of added) known.set(remoteId, recognised)
  }
  return known
}

async function refreshKnown(
  tx: Tx,
  { workspaceId, network }: Who,
  authors: readonly Author[],
): Promise<Map<string, Recognised>> {
  const rows = await tx
    .selectFrom('identities')
    .select(['id', 'person_id', 'remote_id', 'handle', 'display_name', 'avatar_url'])
    .where('workspace_id', '=', workspaceId)
    .where('network', '=', network)
    .where('remote_id', '=', sql<string>`any(${authors.map((author) => author.remoteId)}::text[])`)
    .execute()
  const byRemoteId = new Map(rows.map((row) => [row.remote_id, row]))
  const changed = authors.filter((author) => {
    const row = byRemoteId.get(author.remoteId)
    return (
      row !== undefined &&
      (row.handle !== author.handle ||
        row.display_name !== author.displayName ||
        row.avatar_url !== author.avatarUrl)
    )
  })
  if (changed.length > 0) await renameIdentities(tx, { workspaceId, network }, changed)
  return new Map(
    rows.map((row) => [
      row.remote_id,
      { identityId: IdentityId.parse(row.id), personId: PersonId.parse(row.person_id) },
    ]),
  )
}

async function renameIdentities(
  tx: Tx,
  { workspaceId, network }: Who,
  authors: readonly Author[],
): Promise<void> {
  await sql`
    update identities i
    set handle = a.handle, display_name = a.display_name, avatar_url = a.avatar_url, seen_at = now()
    from unnest(
      ${authors.map((author) => author.remoteId)}::text[],
      ${authors.map((author) => author.handle)}::text[],
      ${authors.map((author) => author.displayName)}::text[],
      ${authors.map((author) => author.avatarUrl)}::text[]
    ) as a (remote_id, handle, display_name, avatar_url)
    where i.workspace_id = ${workspaceId} and i.network = ${network} and i.remote_id = a.remote_id`.execute(
    tx,
  )
}

async function addStrangers(
  tx: Tx,
  { workspaceId, network }: Who,
  strangers: readonly Author[],
): Promise<Map<string, Recognised>> {
  const personIds = strangers.map(() => newId(PersonId))
  const identityIds = strangers.map(() => newId(IdentityId))
  await sql`
    insert into people (workspace_id, id, display_name)
    select ${workspaceId}, * from unnest(${personIds}::uuid[], ${strangers.map((one) => one.displayName || one.handle)}::text[])`.execute(
    tx,
  )
  const { rows } = await sql<{ id: string; person_id: string; remote_id: string }>`
    insert into identities (workspace_id, network, id, person_id, remote_id, handle, display_name, avatar_url, profile_url)
    select ${workspaceId}, ${network}, * from unnest(
      ${identityIds}::uuid[],
      ${personIds}::uuid[],
      ${strangers.map((one) => one.remoteId)}::text[],
      ${strangers.map((one) => one.handle)}::text[],
      ${strangers.map((one) => one.displayName)}::text[],
      ${strangers.map((one) => one.avatarUrl)}::text[],
      ${strangers.map((one) => one.profileUrl)}::text[])
    on conflict (workspace_id, network, remote_id) do update set seen_at = now()
    returning id, person_id, remote_id`.execute(tx)
  await dropUnused(tx, workspaceId, personIds, new Set(rows.map((row) => row.person_id)))
  return new Map(
    rows.map((row) => [
      row.remote_id,
      { identityId: IdentityId.parse(row.id), personId: PersonId.parse(row.person_id) },
    ]),
  )
}

/** Another channel may have met the same person in the same moment: its person stands, ours goes. */
async function dropUnused(
  tx: Tx,
  workspaceId: WorkspaceId,
  made: readonly string[],
  used: ReadonlySet<string>,
): Promise<void> {
  const unused = made.filter((id) => !used.has(id))
  if (unused.length === 0) return
  await tx
    .deleteFrom('people')
    .where('workspace_id', '=', workspaceId)
    .where('id', 'in', unused)
    .execute()
}
