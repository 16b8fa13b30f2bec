import { type Selectable, sql } from 'kysely'
import { ChannelId, WorkspaceId } from '../../../contract/ids.ts'
import { type SiteLanguage, WebsiteForm } from '../../../contract/website.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'

/** The colour and words of a form that nobody has changed yet. */
export const usualForm: WebsiteForm = {
  accent: '#0f766e',
  greeting: { en: '', ro: '' },
  languages: ['en', 'ro'],
}

/** Whose form it is. Asked as the dispatcher, because a visitor's address names the channel alone. */
export async function findOwner(dispatch: Db, channelId: ChannelId): Promise<WorkspaceId | null> {
  const row = await dispatch
    .selectFrom('channels')
    .select('workspace_id')
    .where('id', '=', channelId)
    .where('network', '=', 'website')
    .executeTakeFirst()
  return row ? WorkspaceId.parse(row.workspace_id) : null
}

type Place = { workspaceId: WorkspaceId; channelId: ChannelId }

export async function readForm(tx: Tx, { workspaceId, channelId }: Place): Promise<WebsiteForm> {
  const row = await tx
    .selectFrom('website_forms')
    .select(['accent', 'greeting', 'languages'])
    .where('workspace_id', '=', workspaceId)
    .where('channel_id', '=', channelId)
    .executeTakeFirst()
  return row ? WebsiteForm.parse(row) : usualForm
}

export async function saveForm(
  tx: Tx,
  { workspaceId, channelId }: Place,
  form: WebsiteForm,
): Promise<void> {
  const columns = {
    accent: form.accent,
    greeting: JSON.stringify(form.greeting),
    languages: form.languages,
    updated_at: sql<Date>`now()`,
  }
  await tx
    .insertInto('website_forms')
    .values({ workspace_id: workspaceId, channel_id: channelId, ...columns })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'channel_id']).doUpdateSet(columns))
    .execute()
}

export type NewThread = {
  id: string
  name: string
  email: string | null
  language: SiteLanguage
  tokenHash: string
}

/**
 * Keeps who began conversations and the hashes of their private links. What was sent twice changes
 * nothing; a visitor who went back and mended name or address has it mended, until the address is proven.
 */
export async function keepThreads(
  tx: Tx,
  { workspaceId, channelId }: Place,
  threads: readonly NewThread[],
): Promise<void> {
  const unique = [...new Map(threads.map((one) => [one.id, one])).values()]
  if (unique.length === 0) return
  await sql`
    insert into website_threads as t (workspace_id, channel_id, id, name, email, language)
    select ${workspaceId}, ${channelId}, * from unnest(
      ${unique.map(({ id }) => id)}::uuid[],
      ${unique.map(({ name }) => name)}::text[],
      ${unique.map(({ email }) => email)}::text[],
      ${unique.map(({ language }) => language)}::text[])
    on conflict (workspace_id, id) do update set name = excluded.name, email = excluded.email
      where t.email_verified_at is null
        and (t.name, t.email) is distinct from (excluded.name, excluded.email)`.execute(tx)
  await sql`
    insert into website_links (workspace_id, thread_id, token_hash)
    select ${workspaceId}, * from unnest(
      ${unique.map(({ id }) => id)}::uuid[], ${unique.map(({ tokenHash }) => tokenHash)}::text[])
    on conflict (workspace_id, token_hash) do nothing`.execute(tx)
}

export type Link = { workspaceId: WorkspaceId; threadId: string; byMailTo: string | null }

/**
 * Where a private link leads, also that of a conversation whose first words still wait to be taken in;
 * undefined: nowhere. Whoever holds the token may ask.
 */
export async function findLink(db: Db, tokenHash: string): Promise<Link | undefined> {
  type Row = { workspace_id: string; thread_id: string; by_mail_to: string | null }
  const row = await db.transaction().execute(async (tx) => {
    await sql`select set_config('parley.token_hash', ${tokenHash}, true)`.execute(tx)
    // One statement: between two, what waited could be taken in.
    const { rows } = await sql<Row>`
      select workspace_id, thread_id, by_mail_to from website_links where token_hash = ${tokenHash}
      union all
      select workspace_id, thread_id, null from website_waiting where token_hash = ${tokenHash}
      limit 1`.execute(tx)
    return rows[0]
  })
  return (
    row && {
      workspaceId: WorkspaceId.parse(row.workspace_id),
      threadId: row.thread_id,
      byMailTo: row.by_mail_to,
    }
  )
}

export type Thread = {
  id: string
  channelId: ChannelId
  name: string
  email: string | null
  emailVerifiedAt: Date | null
  language: SiteLanguage
  seenAt: Date | null
  mailedAt: Date | null
}

export async function findThread(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: string,
): Promise<Thread | undefined> {
  const row = await threads(tx, workspaceId, id).executeTakeFirst()
  return row && viewThread(row)
}

/** The thread, which nobody else changes until this transaction ends. */
export async function lockThread(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: string,
): Promise<Thread | undefined> {
  const row = await threads(tx, workspaceId, id).forUpdate().executeTakeFirst()
  return row && viewThread(row)
}

function threads(tx: Tx, workspaceId: WorkspaceId, id: string) {
  return tx
    .selectFrom('website_threads')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
}

function viewThread(row: Selectable<Tables['website_threads']>): Thread {
  return {
    id: row.id,
    channelId: ChannelId.parse(row.channel_id),
    name: row.name,
    email: row.email,
    emailVerifiedAt: row.email_verified_at,
    language: row.language,
    seenAt: row.seen_at,
    mailedAt: row.mailed_at,
  }
}

/**
 * The thread behind a conversation of the inbox, or behind one message: the newest one said by a form, where
 * several were merged. Undefined when nothing in it came by a form.
 */
export async function findThreadOf(
  tx: Tx,
  workspaceId: WorkspaceId,
  of: { conversationId: string } | { messageId: string },
): Promise<Thread | undefined> {
  const which =
    'messageId' in of
      ? sql`m.id = ${of.messageId}`
      : sql`m.conversation_id = parley.standing(${of.conversationId}) and m.author = 'customer'`
  const { rows } = await sql<{ thread_key: string }>`
    select h.thread_key from messages m
    join conversations h on h.workspace_id = m.workspace_id and h.id = case when m.home_id is null then m.conversation_id else m.home_id end -- see ingest/look-up.ts
    join channels ch on ch.workspace_id = m.workspace_id and ch.id = m.channel_id
    where m.workspace_id = ${workspaceId} and ${which} and ch.network = 'website'
    order by m.sent_at desc, m.id desc limit 1`.execute(tx)
  return rows[0] && findThread(tx, workspaceId, rows[0].thread_key)
}

/** The visitor is looking. A link that came by mail to the address they gave proves that it is theirs. */
export async function noteVisit(
  tx: Tx,
  { workspaceId, threadId, byMailTo }: Link,
  now: Date,
): Promise<void> {
  await sql`
    update website_threads set seen_at = ${now},
      email_verified_at = case when email = ${byMailTo}
        then coalesce(email_verified_at, ${now}) else email_verified_at end
    where workspace_id = ${workspaceId} and id = ${threadId}`.execute(tx)
}

type MailedLink = { workspaceId: WorkspaceId; thread: Thread; tokenHash: string; now: Date }

/** Keeps a link that goes out by mail, and that the visitor was told now. */
export async function keepMailedLink(
  tx: Tx,
  { workspaceId, thread, tokenHash, now }: MailedLink,
): Promise<void> {
  await tx
    .insertInto('website_links')
    .values({
      workspace_id: workspaceId,
      thread_id: thread.id,
      token_hash: tokenHash,
      by_mail_to: thread.email,
    })
    .execute()
  await tx
    .updateTable('website_threads')
    .set({ mailed_at: now })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', thread.id)
    .execute()
}

export type Said = { author: 'customer' | 'member'; text: string; at: Date }

const mostShown = 500

/**
 * What the visitor's page shows: their words and the answers that stand, oldest first. No notes, nothing
 * unsent, and nothing of other threads that a member merged with this one.
 */
export async function readSaid(
  tx: Tx,
  workspaceId: WorkspaceId,
  thread: Pick<Thread, 'id' | 'channelId'>,
): Promise<Said[]> {
  const rows = await tx
    .selectFrom('messages as m')
    .innerJoin('conversations as c', (join) =>
      join
        .onRef('c.workspace_id', '=', 'm.workspace_id')
        .on((eb) =>
          eb.or([
            eb('m.home_id', '=', eb.ref('c.id')),
            eb.and([eb('m.home_id', 'is', null), eb('m.conversation_id', '=', eb.ref('c.id'))]),
          ]),
        ),
    )
    .select(['m.author', 'm.text', 'm.sent_at'])
    .where('m.workspace_id', '=', workspaceId)
    .where('c.workspace_id', '=', workspaceId)
    .where('c.channel_id', '=', thread.channelId)
    .where('c.thread_key', '=', thread.id)
    .where('m.deleted_at', 'is', null)
    .orderBy('m.sent_at', 'desc')
    .orderBy('m.id', 'desc')
    .limit(mostShown)
    .execute()
  return rows.reverse().map((row) => ({
    author: row.author === 'customer' ? 'customer' : 'member',
    text: row.text,
    at: row.sent_at,
  }))
}
