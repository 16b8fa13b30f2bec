import { sql } from 'kysely'
import { ConversationId, type PersonId, type WorkspaceId } from '../../../contract/ids.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { badField } from '../../platform/errors.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import type { PeopleDeps } from './deps.ts'
import {
  eraseEvents,
  eraseMails,
  eraseSendings,
  eraseWaiting,
  eraseWebsite,
  type Family,
} from './erase-traces.ts'
import { canManagePeople } from './policy.ts'
import { holdStreams, lockPerson, tellConversations, withMerged } from './store.ts'

type Erased = { id: PersonId; conversations: number; messages: number }

/**
 * Forgets somebody: words, names, accounts, addresses, notes, pictures, raw events, drafts and sendings are
 * emptied in one transaction. When something was said stays, tied to an anonymous record, so that figures
 * stay true; a later message of the same account makes a new person.
 * @param name as the record shows it, typed by whoever erases
 * @throws AppError `bad-input` when the name is another, `conflict` while a reply to them is being sent
 */
export async function erasePerson(
  deps: PeopleDeps,
  actor: Actor,
  { id, name }: { id: PersonId; name: string },
): Promise<Erased> {
  authorize(actor, canManagePeople(actor))
  const { workspaceId } = actor
  return inWorkspace(deps.database.db, workspaceId, async (tx) => {
    const person = await lockPerson(tx, workspaceId, id)
    if (cleanText(name).trim() !== person.name.trim())
      throw badField('name', 'is not this person’s name: type it exactly as it stands')
    await holdStreams(tx, workspaceId)
    const family = await readFamily(tx, workspaceId, person.id)
    await eraseSendings(tx, workspaceId, family)
    await lockConversations(tx, workspaceId, family.conversationIds)
    await eraseEvents(tx, workspaceId, family)
    await eraseWaiting(tx, workspaceId, family)
    await eraseMails(tx, workspaceId, family)
    await eraseWebsite(tx, workspaceId, family)
    const messages = await eraseMessages(tx, workspaceId, family.conversationIds)
    await eraseConversations(tx, workspaceId, family.conversationIds)
    await eraseRecords(tx, workspaceId, family, deps.clock())
    for (const forget of deps.alsoForget ?? [])
      await forget(tx, { workspaceId, conversationIds: family.conversationIds })
    await tellConversations(tx, workspaceId, family.conversationIds)
    const conversations = family.conversationIds.length
    await recordAct(tx, actor, {
      act: 'person.erased',
      subject: `person:${person.id}`,
      detail: { conversations, messages },
    })
    return { id: person.id, conversations, messages }
  })
}

/** The record with all that were joined to it, their accounts, addresses and conversations. */
async function readFamily(tx: Tx, workspaceId: WorkspaceId, id: PersonId): Promise<Family> {
  const personIds = await withMerged(tx, workspaceId, id)
  type Row = { id: string; network: string; remote_id: string; handle: string }
  const { rows: accounts } = await sql<Row>`
    select id, network, remote_id, handle from identities
    where workspace_id = ${workspaceId} and person_id = any(${personIds}::uuid[])`.execute(tx)
  const identityIds = accounts.map((account) => account.id)
  const { rows: talks } = await sql<{ id: string }>`
    select id from conversations where workspace_id = ${workspaceId}
      and (person_id = any(${personIds}::uuid[]) or identity_id = any(${identityIds}::uuid[]))`.execute(
    tx,
  )
  const conversationIds = talks.map((row) => ConversationId.parse(row.id))
  const { rows: addresses } = await sql<{ email: string }>`
    select lower(value) as email from person_contacts
      where workspace_id = ${workspaceId} and person_id = any(${personIds}::uuid[]) and kind = 'email'
    union select lower(w.email) from website_threads w
      join conversations c on c.workspace_id = w.workspace_id and c.channel_id = w.channel_id and c.thread_key = w.id::text
      where w.workspace_id = ${workspaceId} and c.id = any(${conversationIds}::uuid[]) and w.email is not null
    union select lower(remote_id) from identities
      where workspace_id = ${workspaceId} and id = any(${identityIds}::uuid[]) and network = 'email'`.execute(
    tx,
  )
  return {
    personIds,
    accounts: accounts.map(({ network, remote_id, handle }) => ({
      network,
      remoteId: remote_id,
      handle,
    })),
    conversationIds,
    emails: addresses.map(({ email }) => email),
  }
}

async function lockConversations(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly ConversationId[],
): Promise<void> {
  await sql`
    select id from conversations where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])
    order by id for update`.execute(tx)
}

/** Author, times, language and visibility stay: they are what figures count. */
async function eraseMessages(
  tx: Tx,
  workspaceId: WorkspaceId,
  conversationIds: readonly ConversationId[],
): Promise<number> {
  await sql`
    delete from message_versions v using messages m
    where v.workspace_id = ${workspaceId} and m.workspace_id = v.workspace_id and m.id = v.message_id
      and m.conversation_id = any(${conversationIds}::uuid[])`.execute(tx)
  const { rows } = await sql<{ author: string }>`
    update messages set erased_at = now(), remote_id = 'erased:' || id, remote_version = '',
      parent_remote_id = null, quoted_remote_id = null, text = '', preview = '', html = null,
      content_warning = null, media = '[]', url = null, ref = '{}', search = '', returned_why = null
    where workspace_id = ${workspaceId} and conversation_id = any(${conversationIds}::uuid[])
    returning author`.execute(tx)
  return rows.length
}

/** Nobody can answer them any more, so they leave the inbox; that they were never answered stays counted. */
async function eraseConversations(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly ConversationId[],
): Promise<void> {
  await sql`
    delete from notes where workspace_id = ${workspaceId} and conversation_id = any(${ids}::uuid[])`.execute(
    tx,
  )
  // A website's thread key is a random id that its own tables are found by.
  await sql`
    update conversations c set last_customer_text = '', state = 'done', version = c.version + 1,
      thread_key = case ch.network when 'website' then c.thread_key else 'erased:' || c.id end
    from channels ch
    where ch.workspace_id = c.workspace_id and ch.id = c.channel_id
      and c.workspace_id = ${workspaceId} and c.id = any(${ids}::uuid[])`.execute(tx)
}

async function eraseRecords(
  tx: Tx,
  workspaceId: WorkspaceId,
  { personIds }: Family,
  now: Date,
): Promise<void> {
  for (const table of ['person_contacts', 'person_notes', 'person_consents'])
    await sql`
      delete from ${sql.table(table)}
      where workspace_id = ${workspaceId} and person_id = any(${personIds}::uuid[])`.execute(tx)
  const nobody = sql`(select case locale when 'ro' then 'Persoană ștearsă' else 'Erased person' end
    from workspaces where id = ${workspaceId})`
  await sql`
    update identities set remote_id = 'erased:' || id, handle = 'erased', display_name = ${nobody},
      avatar_url = null, profile_url = null
    where workspace_id = ${workspaceId} and person_id = any(${personIds}::uuid[])`.execute(tx)
  await sql`
    update person_merges set moved = moved || '{"tags": []}'
    where workspace_id = ${workspaceId} and kept_id = any(${personIds}::uuid[])`.execute(tx)
  await sql`
    update people set display_name = ${nobody}, tags = '{}', external_id = null, erased_at = ${now}
    where workspace_id = ${workspaceId} and id = any(${personIds}::uuid[])`.execute(tx)
}
