import { sql } from 'kysely'
import { v7 } from 'uuid'
import { z } from 'zod'
import { ConversationId, PersonId, type WorkspaceId } from '../../../contract/ids.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { announceRules, type StoredClock, takeClock } from '../reply-clock/index.ts'
import type { PeopleDeps } from './deps.ts'
import { canMergePeople } from './policy.ts'
import { findPerson, holdPeople, holdStreams, tellConversations } from './store.ts'

const Ids = z.array(z.string())
const Moved = z.object({
  identities: Ids,
  contacts: Ids,
  notes: Ids,
  consents: Ids,
  cases: Ids,
  tags: Ids,
})
type Moved = z.infer<typeof Moved>

const ownedTables = {
  identities: 'identities',
  contacts: 'person_contacts',
  notes: 'person_notes',
  consents: 'person_consents',
  cases: 'win_back_cases',
} as const

/**
 * Joins another record to this one: everything of the other's points here from now on, and what moved is
 * written down so that it can be taken apart again.
 * @throws AppError `bad-input` when they are one record already, `conflict` when one was erased
 */
export async function mergePeople(
  deps: PeopleDeps,
  actor: Actor,
  { keptId, otherId }: { keptId: PersonId; otherId: PersonId },
): Promise<PersonId> {
  authorize(actor, canMergePeople(actor))
  const { workspaceId } = actor
  return inWorkspace(deps.database.db, workspaceId, async (tx) => {
    const clock = await holdForMove(tx, workspaceId)
    const kept = await findPerson(tx, workspaceId, keptId)
    const other = await findPerson(tx, workspaceId, otherId)
    if (kept.id === other.id) throw badField('otherId', 'is this same person already')
    if (kept.erasedAt || other.erasedAt)
      throw new AppError('conflict', 'One of them was erased and can be joined with nobody.')
    const from = other.id
    const moved: Moved = {
      identities: await moveAll(tx, workspaceId, 'identities', { from, to: kept.id }),
      contacts: await moveAll(tx, workspaceId, 'person_contacts', { from, to: kept.id }),
      notes: await moveAll(tx, workspaceId, 'person_notes', { from, to: kept.id }),
      consents: await moveAll(tx, workspaceId, 'person_consents', { from, to: kept.id }),
      cases: await moveAll(tx, workspaceId, 'win_back_cases', { from, to: kept.id }),
      tags: other.tags.filter((tag) => !kept.tags.includes(tag)),
    }
    await setTags(tx, workspaceId, kept.id, [...kept.tags, ...moved.tags])
    await setMerged(tx, workspaceId, other.id, kept.id)
    if (isRuledBy(clock, other.id)) await announceRules(tx, workspaceId)
    const conversations = await moveConversations(tx, workspaceId, moved.identities, kept.id)
    const id = v7()
    await tx
      .insertInto('person_merges')
      .values({
        workspace_id: workspaceId,
        id,
        kept_id: kept.id,
        merged_id: other.id,
        moved: JSON.stringify(moved),
        by: actorTag(actor),
        by_name: actor.name,
        at: deps.clock(),
      })
      .execute()
    await deps.refresh(tx, workspaceId, conversations)
    await tellConversations(tx, workspaceId, conversations)
    await recordAct(tx, actor, {
      act: 'person.merged',
      subject: `person:${kept.id}`,
      detail: { merged: other.id, merge: id, conversations: conversations.length },
    })
    return kept.id
  })
}

/**
 * Takes a merge apart: all that moved goes back. What came since stays with the account it came by; what
 * members wrote since stays on the record that was kept.
 * @throws AppError `conflict` when it was undone before, a later merge stands on it, or a conversation of
 * the one was merged with one of the other
 */
export async function undoMerge(
  deps: PeopleDeps,
  actor: Actor,
  { personId, mergeId }: { personId: PersonId; mergeId: string },
): Promise<PersonId> {
  authorize(actor, canMergePeople(actor))
  const { workspaceId } = actor
  return inWorkspace(deps.database.db, workspaceId, async (tx) => {
    const clock = await holdForMove(tx, workspaceId)
    const kept = await findPerson(tx, workspaceId, personId)
    const merge = await tx
      .selectFrom('person_merges')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', mergeId)
      .executeTakeFirst()
    if (!merge) throw badField('mergeId', 'is not a merge of this person')
    if (merge.undone_at !== null)
      throw new AppError('conflict', 'These two were taken apart already. Look again.')
    if (merge.kept_id !== kept.id)
      throw new AppError('conflict', 'A later merge stands on this one. Take that one apart first.')
    if (kept.erasedAt) throw new AppError('conflict', 'This person was erased.')
    const to = PersonId.parse(merge.merged_id)
    const moved = Moved.parse(merge.moved)
    await refuseSharedConversations(tx, workspaceId, kept.id, moved.identities)
    for (const [name, table] of Object.entries(ownedTables)) {
      const ids = Moved.keyof().parse(name)
      await moveBack(tx, workspaceId, table, { ids: moved[ids], from: kept.id, to })
    }
    const left = kept.tags.filter((tag) => !moved.tags.includes(tag))
    await setTags(tx, workspaceId, kept.id, left)
    await setMerged(tx, workspaceId, to, null)
    if (isRuledBy(clock, kept.id)) await announceRules(tx, workspaceId)
    const conversations = await moveConversations(tx, workspaceId, moved.identities, to)
    await moveCasesOf(tx, workspaceId, conversations, to)
    await tx
      .updateTable('person_merges')
      .set({ undone_at: deps.clock(), undone_by_name: actor.name })
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', mergeId)
      .execute()
    await deps.refresh(tx, workspaceId, conversations)
    await tellConversations(tx, workspaceId, conversations)
    await recordAct(tx, actor, {
      act: 'person.merge-undone',
      subject: `person:${kept.id}`,
      detail: { merged: to, merge: mergeId, conversations: conversations.length },
    })
    return to
  })
}

/** What both said stands in one conversation: first that is taken apart, or one would read the other's words. */
async function refuseSharedConversations(
  tx: Tx,
  workspaceId: WorkspaceId,
  keptId: PersonId,
  identityIds: readonly string[],
): Promise<void> {
  const { rows } = await sql`
    select c.id from conversations c
    join messages m on m.workspace_id = c.workspace_id and m.conversation_id = c.id
    join conversations h on h.workspace_id = m.workspace_id and h.id = m.home_id
    where c.workspace_id = ${workspaceId} and c.person_id = ${keptId}
      and (c.identity_id = any(${identityIds}::uuid[])) <> (h.identity_id = any(${identityIds}::uuid[]))
    limit 1`.execute(tx)
  if (rows.length > 0)
    throw new AppError(
      'conflict',
      'Conversations of the two were merged. Undo that merge, or split off what the other one said, first.',
    )
}

/** People first, then what comes in, then the reply clock's rules, and only then conversations. */
async function holdForMove(tx: Tx, workspaceId: WorkspaceId): Promise<StoredClock> {
  await holdPeople(tx, workspaceId)
  await holdStreams(tx, workspaceId)
  return takeClock(tx, workspaceId)
}

/** A rule follows the record that stands for whom it names, so that all their due times may change. */
function isRuledBy({ policy }: StoredClock, id: PersonId): boolean {
  return policy.rules.some(({ when }) => when.personId === id)
}

type Owned = (typeof ownedTables)[keyof typeof ownedTables]

async function moveAll(
  tx: Tx,
  workspaceId: WorkspaceId,
  table: Owned,
  { from, to }: { from: PersonId; to: PersonId },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update ${sql.table(table)} set person_id = ${to}
    where workspace_id = ${workspaceId} and person_id = ${from} returning id`.execute(tx)
  return rows.map(({ id }) => id)
}

async function moveBack(
  tx: Tx,
  workspaceId: WorkspaceId,
  table: Owned,
  { ids, from, to }: { ids: readonly string[]; from: PersonId; to: PersonId },
): Promise<void> {
  await sql`
    update ${sql.table(table)} set person_id = ${to}
    where workspace_id = ${workspaceId} and person_id = ${from} and id = any(${ids}::uuid[])`.execute(
    tx,
  )
}

async function moveConversations(
  tx: Tx,
  workspaceId: WorkspaceId,
  identityIds: readonly string[],
  to: PersonId,
): Promise<ConversationId[]> {
  const { rows } = await sql<{ id: string }>`
    with taken as (
      select id from conversations
      where workspace_id = ${workspaceId} and identity_id = any(${identityIds}::uuid[])
      order by id for update
    )
    update conversations c set person_id = ${to}
    from taken where c.workspace_id = ${workspaceId} and c.id = taken.id returning c.id`.execute(tx)
  return rows.map(({ id }) => ConversationId.parse(id))
}

/** A complaint that was noted after the merge belongs to whoever made it. */
async function moveCasesOf(
  tx: Tx,
  workspaceId: WorkspaceId,
  conversations: readonly ConversationId[],
  to: PersonId,
): Promise<void> {
  await sql`
    update win_back_cases set person_id = ${to}
    where workspace_id = ${workspaceId} and conversation_id = any(${conversations}::uuid[])`.execute(
    tx,
  )
}

async function setTags(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: PersonId,
  tags: string[],
): Promise<void> {
  await tx
    .updateTable('people')
    .set({ tags })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}

async function setMerged(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: PersonId,
  into: PersonId | null,
): Promise<void> {
  await tx
    .updateTable('people')
    .set({ merged_into: into })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}
