import { type Selectable, sql } from 'kysely'
import { ChannelId, OutgoingMailId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'

export type StoredMail = Selectable<Tables['outgoing_mails']>

type Insert = {
  workspaceId: WorkspaceId
  id: OutgoingMailId
  key: string | null
  to: string
  subject: string
  text: string
  html: string | null
  automatic: boolean
  unsubscribe: string | null
}

/** @returns whether it is new: a key that was used before changes nothing */
export async function insertMail(tx: Tx, mail: Insert): Promise<boolean> {
  const row = await tx
    .insertInto('outgoing_mails')
    .values({
      workspace_id: mail.workspaceId,
      id: mail.id,
      dedupe_key: mail.key,
      to_address: mail.to,
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      automatic: mail.automatic,
      unsubscribe: mail.unsubscribe,
      // The Message-ID's left side; the right side is the sender's domain.
      send_key: `${mail.id}.parley`,
      state: 'waiting',
      problem: null,
      channel_id: null,
      remote_id: null,
    })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'dedupe_key']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** The first of the workspace's channels, in the order of connecting, that can send mail; or undefined. */
export async function findSender(
  tx: Tx,
  workspaceId: WorkspaceId,
  networks: readonly string[],
): Promise<ChannelId | undefined> {
  const row = await tx
    .selectFrom('channels')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('network', 'in', [...networks])
    .where('state', '=', 'connected')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row && ChannelId.parse(row.id)
}

type Place = { workspaceId: WorkspaceId; id: OutgoingMailId }

/** The mail, locked until the transaction ends. */
export async function lockMail(
  tx: Tx,
  { workspaceId, id }: Place,
): Promise<StoredMail | undefined> {
  return tx
    .selectFrom('outgoing_mails')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

type Change = Partial<
  Pick<
    StoredMail,
    | 'state'
    | 'problem'
    | 'attempts'
    | 'repeats'
    | 'lease_until'
    | 'channel_id'
    | 'remote_id'
    | 'sent_at'
    | 'text'
    | 'html'
  >
>

export async function changeMail(
  tx: Tx,
  { workspaceId, id }: Place,
  change: Change,
): Promise<void> {
  await tx
    .updateTable('outgoing_mails')
    .set(change)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}

/** Mails that wait without a reason to wait, oldest first. */
export async function waitingMails(
  tx: Tx,
  workspaceId: WorkspaceId,
  limit: number,
): Promise<OutgoingMailId[]> {
  const rows = await tx
    .selectFrom('outgoing_mails')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('state', '=', 'waiting')
    .where('channel_id', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => OutgoingMailId.parse(row.id))
}

export async function listMails(
  tx: Db | Tx,
  workspaceId: WorkspaceId,
  { before, limit }: { before: OutgoingMailId | null; limit: number },
): Promise<StoredMail[]> {
  let query = tx
    .selectFrom('outgoing_mails')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .orderBy('id', 'desc')
    .limit(limit)
  if (before !== null) query = query.where('id', '<', before)
  return query.execute()
}

/** Notes at mails that they came back, by the network's id. */
export async function markMailsReturned(
  tx: Tx,
  workspaceId: WorkspaceId,
  returned: readonly { remoteId: string; why: string }[],
): Promise<void> {
  if (returned.length === 0) return
  await sql`
    update outgoing_mails o set state = 'returned', problem = r.why
    from unnest(
      ${returned.map(({ remoteId }) => remoteId)}::text[], ${returned.map(({ why }) => why)}::text[]
    ) as r (remote_id, why)
    where o.workspace_id = ${workspaceId} and o.remote_id = r.remote_id and o.state in ('sent', 'unknown')`.execute(
    tx,
  )
}

/**
 * Takes mail back that tells of these conversations (a digest quotes customers), known by the links in it:
 * what waits is not sent, of what is settled the words go.
 */
export async function forgetMails(
  tx: Tx,
  {
    workspaceId,
    conversationIds,
  }: { workspaceId: WorkspaceId; conversationIds: readonly string[] },
): Promise<void> {
  const about = sql`workspace_id = ${workspaceId}
    and exists (select from unnest(${conversationIds}::text[]) as told (id) where strpos(text, told.id) > 0)`
  await sql`delete from outgoing_mails where ${about} and state = 'waiting'`.execute(tx)
  await sql`update outgoing_mails set text = '', html = null where ${about}`.execute(tx)
}

/**
 * Takes back the mails of these keys that nothing was done about yet; one that is being sent, or may have
 * arrived, stays.
 * @returns the keys of those that are gone
 */
export async function withdrawMails(
  tx: Tx,
  workspaceId: WorkspaceId,
  keys: readonly string[],
): Promise<string[]> {
  if (keys.length === 0) return []
  const { rows } = await sql<{ dedupe_key: string }>`
    delete from outgoing_mails where workspace_id = ${workspaceId} and state = 'waiting'
      and dedupe_key = any(${keys}::text[])
    returning dedupe_key`.execute(tx)
  return rows.map((row) => row.dedupe_key)
}

/** An account that mail goes out by is connected, or was and only needs mending. */
export async function hasMailAccount(
  tx: Tx,
  workspaceId: WorkspaceId,
  networks: readonly string[],
): Promise<boolean> {
  const row = await tx
    .selectFrom('channels')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('network', 'in', [...networks])
    .where('state', '<>', 'disconnected')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
