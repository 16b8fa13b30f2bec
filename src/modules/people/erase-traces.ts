import { sql } from 'kysely'
import { z } from 'zod'
import type { ConversationId, PersonId, WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'

// What is left of somebody outside of their own record, conversations and messages.

export type Family = {
  personIds: readonly PersonId[]
  accounts: readonly { network: string; remoteId: string; handle: string }[]
  conversationIds: readonly ConversationId[]
  /** In lower case. */
  emails: readonly string[]
}

/**
 * Drafts, deliveries with their attempts, and the pictures that only those hold. What waits to be sent is
 * cancelled.
 * @throws AppError `conflict` while a reply is being sent: what comes back of it would be written down again
 */
export async function eraseSendings(
  tx: Tx,
  workspaceId: WorkspaceId,
  { conversationIds }: Family,
): Promise<void> {
  const { rows } = await sql<{ id: string; state: string; content: unknown }>`
    select id, state, content from deliveries
    where workspace_id = ${workspaceId} and conversation_id = any(${conversationIds}::uuid[])
    order by id for update`.execute(tx)
  if (rows.some(({ state }) => state === 'sending'))
    throw new AppError(
      'conflict',
      'A reply to this person is being sent at this moment. Try again in a minute.',
    )
  const { rows: drafts } = await sql<{ media: unknown }>`
    delete from drafts
    where workspace_id = ${workspaceId} and conversation_id = any(${conversationIds}::uuid[])
    returning media`.execute(tx)
  const ids = rows.map(({ id }) => id)
  await sql`
    update deliveries set
      state = case when state in ('sent', 'cancelled') then state else 'cancelled' end,
      content = jsonb_build_object('text', '', 'media', '[]'::jsonb, 'visibility', content->'visibility',
        'contentWarning', null, 'language', null,
        'replyTo', '{"remoteId": "", "rootId": "", "ref": {}, "handle": ""}'::jsonb),
      reason = null, remote_id = null, remote_url = null, request_hash = null, idempotency_key = null,
      in_doubt = false, lease_holder = null, lease_until = null
    where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])`.execute(tx)
  await sql`
    update delivery_attempts set detail = null
    where workspace_id = ${workspaceId} and delivery_id = any(${ids}::uuid[])`.execute(tx)
  // The prints by which near copies are found, and what they are made of.
  for (const table of ['reply_prints', 'reply_bands'])
    await sql`
      delete from ${sql.table(table)}
      where workspace_id = ${workspaceId} and delivery_id = any(${ids}::uuid[])`.execute(tx)
  const pictures = [
    ...rows.map(({ content }) => Pictured.parse(content).media),
    ...drafts.map(({ media }) => Pictures.parse(media)),
  ]
  await dropPictures(
    tx,
    workspaceId,
    pictures.flat().map(({ id }) => id),
  )
}

const Pictures = z.array(z.object({ id: z.string() }))
const Pictured = z.object({ media: Pictures })

/** Unless something else shows them. */
async function dropPictures(tx: Tx, workspaceId: WorkspaceId, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await sql`
    delete from media x where x.workspace_id = ${workspaceId} and x.id = any(${ids}::uuid[])
      and not exists (select from deliveries d where d.workspace_id = x.workspace_id
        and d.content->'media' @> jsonb_build_array(jsonb_build_object('id', x.id)))
      and not exists (select from drafts f where f.workspace_id = x.workspace_id
        and f.media @> jsonb_build_array(jsonb_build_object('id', x.id)))`.execute(tx)
}

/**
 * What the networks said, raw: of their messages, and whatever names their account. That it was heard stays,
 * by a hash of the network's id, so that hearing it again brings nothing back. Posts of theirs in public
 * threads go too.
 */
export async function eraseEvents(
  tx: Tx,
  workspaceId: WorkspaceId,
  { conversationIds, accounts, emails }: Family,
): Promise<void> {
  const networks = accounts.map(({ network }) => network)
  const signs = signsOf({ accounts, emails })
  await sql`
    update events e set raw = null, problem = null, subject_id = null, state = 'done',
      kind = case when e.state = 'done' then e.kind else 'ignored' end
    where e.workspace_id = ${workspaceId} and e.raw is not null and (
      exists (select from messages m where m.workspace_id = e.workspace_id and m.channel_id = e.channel_id
        and m.remote_id = e.subject_id and m.conversation_id = any(${conversationIds}::uuid[]))
      or (e.channel_id in (select id from channels
          where workspace_id = ${workspaceId} and network = any(${networks}::text[]))
        and exists (select from unnest(${signs}::text[]) as s (sign) where strpos(lower(e.raw::text), lower(s.sign)) > 0)))`.execute(
    tx,
  )
  await sql`
    delete from thread_posts t
    where t.workspace_id = ${workspaceId} and (
      t.author_handle = any(${accounts.map(({ handle }) => handle)}::text[])
      or exists (select from messages m where m.workspace_id = t.workspace_id and m.channel_id = t.channel_id
        and m.remote_id = t.remote_id and m.conversation_id = any(${conversationIds}::uuid[])))`.execute(
    tx,
  )
}

/**
 * What they sent by a form and is not taken in yet. As with events, a hash of its id stays, so that the same
 * form sent once more brings nothing back.
 */
export async function eraseWaiting(
  tx: Tx,
  workspaceId: WorkspaceId,
  { accounts, emails }: Family,
): Promise<void> {
  await sql`
    with gone as (
      delete from website_waiting w where w.workspace_id = ${workspaceId}
        and exists (select from unnest(${signsOf({ accounts, emails })}::text[]) as s (sign)
          where strpos(lower(w.raw::text), lower(s.sign)) > 0)
      returning w.channel_id, w.id, w.raw->>'id' as remote_id)
    insert into events (workspace_id, channel_id, id, event_key, kind, state, received_at)
    select ${workspaceId}, channel_id, id, substring(sha256(convert_to(remote_id, 'UTF8')) for 16),
      'ignored', 'done', now()
    from gone where remote_id is not null
    on conflict do nothing`.execute(tx)
}

/** What gives an account or address away in what a network said, as it stands in JSON. */
function signsOf({ accounts, emails }: Pick<Family, 'accounts' | 'emails'>): string[] {
  const names = accounts.flatMap(({ remoteId, handle }) => [remoteId, handle])
  return [...names.filter((name) => name !== '').map((name) => JSON.stringify(name)), ...emails]
}

/** Mail that Parley sent them by itself, which tells of an answer on their page. */
export async function eraseMails(
  tx: Tx,
  workspaceId: WorkspaceId,
  { emails }: Family,
): Promise<void> {
  await sql`
    delete from outgoing_mails where workspace_id = ${workspaceId} and state = 'waiting'
      and lower(to_address) = any(${emails}::text[])`.execute(tx)
  await sql`
    update outgoing_mails set to_address = '', subject = '', text = '', html = null, problem = null
    where workspace_id = ${workspaceId} and lower(to_address) = any(${emails}::text[])`.execute(tx)
}

/** Their private pages on the website close. */
export async function eraseWebsite(
  tx: Tx,
  workspaceId: WorkspaceId,
  { conversationIds }: Family,
): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    update website_threads w set name = '', email = null, email_verified_at = null
    from conversations c
    where w.workspace_id = ${workspaceId} and c.workspace_id = w.workspace_id
      and c.channel_id = w.channel_id and c.thread_key = w.id::text
      and c.id = any(${conversationIds}::uuid[]) returning w.id`.execute(tx)
  await sql`
    delete from website_links
    where workspace_id = ${workspaceId} and thread_id = any(${rows.map(({ id }) => id)}::uuid[])`.execute(
    tx,
  )
}
