import { sql } from 'kysely'
import {
  ConversationId,
  IdentityId,
  type PersonId,
  type WorkspaceId,
} from '../../../contract/ids.ts'
import type { Person } from '../../../contract/people.ts'
import { type Db, oftenInWorkspace, type Tx } from '../../platform/db.ts'
import { type Actor, authorize } from '../access/index.ts'
import { canManagePeople, canMergePeople, canNotePeople, canReadPeople } from './policy.ts'
import { readCases } from './read-cases.ts'
import { findPerson } from './store.ts'
import { suggestMerges } from './suggest-merges.ts'

const mostConversations = 200

/** One person with all that is known of them. @throws AppError `not-found` */
export async function getPerson(db: Db, actor: Actor, id: PersonId): Promise<Person> {
  authorize(actor, canReadPeople(actor))
  return oftenInWorkspace(db, actor.workspaceId, (tx) => viewPerson(tx, actor, id))
}

/** The same inside the transaction of a change. */
export async function viewPerson(tx: Tx, actor: Actor, id: PersonId): Promise<Person> {
  const { workspaceId } = actor
  const person = await findPerson(tx, workspaceId, id)
  return {
    id: person.id,
    name: person.name,
    tags: person.tags,
    externalId: person.externalId,
    createdAt: person.createdAt.toISOString(),
    erasedAt: person.erasedAt?.toISOString() ?? null,
    ...(await readAccounts(tx, workspaceId, person.id)),
    notes: await readNotes(tx, workspaceId, person.id),
    consents: await readConsents(tx, workspaceId, person.id),
    winBacks: await readCases(tx, workspaceId, person.id),
    conversations: await readConversations(tx, workspaceId, person.id),
    merges: await readMerges(tx, workspaceId, person.id),
    suggestions: person.erasedAt ? [] : await suggestMerges(tx, workspaceId, person.id),
    can: {
      note: canNotePeople(actor) && person.erasedAt === null,
      merge: canMergePeople(actor) && person.erasedAt === null,
      manage: canManagePeople(actor) && person.erasedAt === null,
    },
  }
}

async function readAccounts(tx: Tx, workspaceId: WorkspaceId, id: PersonId) {
  const identities = await tx
    .selectFrom('identities')
    .select(['id', 'network', 'handle', 'display_name', 'profile_url'])
    .where('workspace_id', '=', workspaceId)
    .where('person_id', '=', id)
    .orderBy('id')
    .execute()
  const contacts = await tx
    .selectFrom('person_contacts')
    .select(['kind', 'value'])
    .where('workspace_id', '=', workspaceId)
    .where('person_id', '=', id)
    .orderBy('id')
    .execute()
  return {
    identities: identities.map((row) => ({
      id: IdentityId.parse(row.id),
      network: row.network,
      handle: row.handle,
      name: row.display_name,
      profileUrl: row.profile_url,
    })),
    contacts,
  }
}

async function readNotes(tx: Tx, workspaceId: WorkspaceId, id: PersonId) {
  const rows = await tx
    .selectFrom('person_notes')
    .select(['id', 'text', 'author_name', 'created_at'])
    .where('workspace_id', '=', workspaceId)
    .where('person_id', '=', id)
    .orderBy('created_at', 'desc')
    .limit(1000)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    text: row.text,
    authorName: row.author_name,
    createdAt: row.created_at.toISOString(),
  }))
}

async function readConsents(tx: Tx, workspaceId: WorkspaceId, id: PersonId) {
  const rows = await tx
    .selectFrom('person_consents')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('person_id', '=', id)
    .orderBy('given_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    purpose: row.purpose,
    how: row.how,
    givenAt: row.given_at.toISOString(),
    recordedBy: row.recorded_by_name,
    withdrawnAt: row.withdrawn_at?.toISOString() ?? null,
    withdrawnHow: row.withdrawn_how,
  }))
}

async function readConversations(tx: Tx, workspaceId: WorkspaceId, id: PersonId) {
  const rows = await tx
    .selectFrom('conversations as c')
    .innerJoin('channels as ch', (join) =>
      join.onRef('ch.workspace_id', '=', 'c.workspace_id').onRef('ch.id', '=', 'c.channel_id'),
    )
    .select(['c.id', 'ch.network', 'c.last_customer_text', 'c.state', 'c.last_message_at'])
    .select('c.message_count')
    .where('c.workspace_id', '=', workspaceId)
    .where('c.person_id', '=', id)
    .where('c.merged_into', 'is', null)
    .orderBy('c.last_message_at', 'desc')
    .limit(mostConversations)
    .execute()
  return rows.map((row) => ({
    id: ConversationId.parse(row.id),
    network: row.network,
    preview: row.last_customer_text,
    state: row.state,
    lastMessageAt: row.last_message_at.toISOString(),
    messageCount: row.message_count,
  }))
}

type MergeRow = { id: string; name: string; at: Date; by_name: string; undone_at: Date | null }

async function readMerges(tx: Tx, workspaceId: WorkspaceId, id: PersonId) {
  const { rows } = await sql<MergeRow>`
    select m.id, p.display_name as name, m.at, m.by_name, m.undone_at
    from person_merges m join people p on p.workspace_id = m.workspace_id and p.id = m.merged_id
    where m.workspace_id = ${workspaceId} and m.kept_id = ${id} order by m.at desc, m.id desc`.execute(
    tx,
  )
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    at: row.at.toISOString(),
    by: row.by_name,
    undoneAt: row.undone_at?.toISOString() ?? null,
    canUndo: row.undone_at === null,
  }))
}
