import { sql } from 'kysely'
import { IdentityId, PersonId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Author } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'
import { often, onward } from '../../platform/db-pool.ts'
import { newId } from '../../platform/ids.ts'
import { texts, uuids } from '../../platform/pg-arrays.ts'

export type Recognised = { identityId: IdentityId; personId: PersonId }

/** An identity as it is stored, by its author's id on the network. */
export type KnownIdentity = Recognised & {
  remoteId: string
  handle: string
  displayName: string
  avatarUrl: string | null
}

type Who = { workspaceId: WorkspaceId; network: string }

/**
 * Ties each author to an identity and a person, making both when the author is new, and keeps names
 * and handles up to date. Any number of authors in at most three statements.
 * `known` are the identities that are stored, by the author's remote id.
 * @returns by the author's remote id
 */
export async function recogniseAuthors(
  tx: Tx,
  who: Who,
  { authors, known }: { authors: readonly Author[]; known: ReadonlyMap<string, KnownIdentity> },
): Promise<Map<string, Recognised>> {
  // Sorted, so that two transactions that meet the same people lock them in the same order.
  const unique = [...new Map(authors.map((author) => [author.remoteId, author])).values()].sort(
    (a, b) => (a.remoteId < b.remoteId ? -1 : 1),
  )
  const recognised = new Map<string, Recognised>()
  const strangers: Author[] = []
  const renamed: Author[] = []
  for (const author of unique) {
    const stored = known.get(author.remoteId)
    if (!stored) strangers.push(author)
    else {
      recognised.set(author.remoteId, stored)
      if (isRenamed(author, stored)) renamed.push(author)
    }
  }
  if (renamed.length > 0) await renameIdentities(tx, who, renamed)
  if (strangers.length > 0)
    for (const one of await addStrangers(tx, who, strangers)) recognised.set(one.remoteId, one)
  return recognised
}

function isRenamed(author: Author, stored: KnownIdentity): boolean {
  return (
    stored.handle !== author.handle ||
    stored.displayName !== author.displayName ||
    stored.avatarUrl !== author.avatarUrl
  )
}

async function renameIdentities(
  tx: Tx,
  { workspaceId, network }: Who,
  authors: readonly Author[],
): Promise<void> {
  await sql`${sql.raw(onward)}
    update identities i
    set handle = a.handle, display_name = a.display_name, avatar_url = a.avatar_url, seen_at = now()
    from unnest(
      ${texts(authors.map((author) => author.remoteId))}::text[],
      ${texts(authors.map((author) => author.handle))}::text[],
      ${texts(authors.map((author) => author.displayName))}::text[],
      ${texts(authors.map((author) => author.avatarUrl))}::text[]
    ) as a (remote_id, handle, display_name, avatar_url)
    where i.workspace_id = ${workspaceId} and i.network = ${network} and i.remote_id = a.remote_id`.execute(
    tx,
  )
}

/** Each gets an identity and its person, in one statement. */
async function addStrangers(
  tx: Tx,
  { workspaceId, network }: Who,
  strangers: readonly Author[],
): Promise<(Recognised & { remoteId: string })[]> {
  const personIds = strangers.map(() => newId(PersonId))
  const persons = uuids(personIds)
  const { rows } = await sql<{ id: string; person_id: string; remote_id: string }>`${sql.raw(often)}
    with made as (
      insert into people (workspace_id, id, display_name)
      select ${workspaceId}, * from unnest(
        ${persons}::uuid[], ${texts(strangers.map((one) => one.displayName || one.handle))}::text[])
    )
    insert into identities (workspace_id, network, id, person_id, remote_id, handle, display_name, avatar_url, profile_url)
    select ${workspaceId}, ${network}, * from unnest(
      ${uuids(strangers.map(() => newId(IdentityId)))}::uuid[],
      ${persons}::uuid[],
      ${texts(strangers.map((one) => one.remoteId))}::text[],
      ${texts(strangers.map((one) => one.handle))}::text[],
      ${texts(strangers.map((one) => one.displayName))}::text[],
      ${texts(strangers.map((one) => one.avatarUrl))}::text[],
      ${texts(strangers.map((one) => one.profileUrl))}::text[])
    on conflict (workspace_id, network, remote_id) do update set seen_at = now()
    returning id, person_id, remote_id`.execute(tx)
  await dropUnused(tx, workspaceId, personIds, new Set(rows.map((row) => row.person_id)))
  return rows.map((row) => ({
    remoteId: row.remote_id,
    identityId: IdentityId.parse(row.id),
    personId: PersonId.parse(row.person_id),
  }))
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
