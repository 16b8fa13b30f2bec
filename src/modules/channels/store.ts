import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { z } from 'zod'
import { AbilityView, ChannelProblem } from '../../../contract/channels.ts'
import { ChannelId, SecretId, WorkspaceId } from '../../../contract/ids.ts'
import { Limits } from '../../../contract/limits.ts'
import type { Account } from '../../connectors/contract.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'

export type StoredChannel = {
  workspaceId: WorkspaceId
  id: ChannelId
  network: string
  service: string
  account: { remoteId: string; handle: string }
  displayName: string
  profileUrl: string
  state: 'connected' | 'attention' | 'disconnected'
  problem: ChannelProblem | null
  limits: Limits
  abilities: Record<string, AbilityView>
  secretId: SecretId
  checkedAt: Date
  lastEventAt: Date | null
  lastAnswerAt: Date | null
}

const Abilities = z.record(z.string(), AbilityView)

type Row = Selectable<Tables['channels']> & {
  last_event_at: Date | null
  last_ok_at: Date | null
}

function read(row: Row): StoredChannel {
  return {
    workspaceId: WorkspaceId.parse(row.workspace_id),
    id: ChannelId.parse(row.id),
    network: row.network,
    service: row.service,
    account: { remoteId: row.remote_account_id, handle: row.handle },
    displayName: row.display_name,
    profileUrl: row.profile_url,
    state: row.state,
    problem: ChannelProblem.nullable().parse(row.problem),
    limits: Limits.parse(row.limits),
    abilities: Abilities.parse(row.abilities),
    secretId: SecretId.parse(row.secret_id),
    checkedAt: row.checked_at,
    lastEventAt: row.last_event_at,
    lastAnswerAt: row.last_ok_at,
  }
}

function select(tx: Db | Tx, workspaceId: WorkspaceId) {
  return tx
    .selectFrom('channels as c')
    .leftJoin('channel_streams as s', (join) =>
      join.onRef('s.workspace_id', '=', 'c.workspace_id').onRef('s.channel_id', '=', 'c.id'),
    )
    .selectAll('c')
    .select(['s.last_event_at', 's.last_ok_at'])
    .where('c.workspace_id', '=', workspaceId)
}

/** A channel of the workspace, or undefined. */
export async function findChannel(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: ChannelId,
): Promise<StoredChannel | undefined> {
  const row = await select(tx, workspaceId).where('c.id', '=', id).executeTakeFirst()
  return row && read(row)
}

type RemoteAccount = { network: string; service: string; remoteId: string; handle: string }

/**
 * The channel of an account. Some networks number accounts for each server apart, so the number counts
 * together with the server, or, for an account that moved, with its handle.
 */
export async function findChannelOfAccount(
  tx: Tx,
  workspaceId: WorkspaceId,
  { network, service, remoteId, handle }: RemoteAccount,
): Promise<StoredChannel | undefined> {
  const row = await select(tx, workspaceId)
    .where('c.network', '=', network)
    .where('c.remote_account_id', '=', remoteId)
    .where((eb) => eb.or([eb('c.service', '=', service), eb('c.handle', '=', handle)]))
    .executeTakeFirst()
  return row && read(row)
}

/** All channels of the workspace, oldest first; disconnected ones too. */
export async function allChannels(tx: Tx, workspaceId: WorkspaceId): Promise<StoredChannel[]> {
  const rows = await select(tx, workspaceId).orderBy('c.id').execute()
  return rows.map(read)
}

type NewChannel = {
  workspaceId: WorkspaceId
  id: ChannelId
  network: string
  service: string
  secretId: SecretId
  account: Account
  now: Date
}

export async function insertChannel(tx: Tx, channel: NewChannel): Promise<void> {
  const { workspaceId, id, network, service, secretId, account, now } = channel
  await tx
    .insertInto('channels')
    .values({
      workspace_id: workspaceId,
      id,
      network,
      service,
      secret_id: secretId,
      state: 'connected',
      problem: null,
      ...accountColumns(account, now),
    })
    .execute()
  await tx
    .insertInto('channel_streams')
    .values({ workspace_id: workspaceId, channel_id: id, cursor: null })
    .execute()
}

/** Writes what the network said of the account, and with it whether the channel needs attention. */
export async function updateAccount(
  tx: Tx,
  { workspaceId, id }: Pick<StoredChannel, 'workspaceId' | 'id'>,
  checked: { account: Account; now: Date; problem: ChannelProblem | null },
): Promise<void> {
  const { account, now, problem } = checked
  await tx
    .updateTable('channels')
    .set({
      ...accountColumns(account, now),
      state: problem ? 'attention' : 'connected',
      problem: problem && JSON.stringify(problem),
    })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}

export async function updateService(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: ChannelId,
  service: string,
): Promise<void> {
  await tx
    .updateTable('channels')
    .set({ service })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}

/** Points the channel to another credential in the vault. */
export async function setChannelSecret(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: ChannelId,
  secretId: SecretId,
): Promise<void> {
  await tx
    .updateTable('channels')
    .set({ secret_id: secretId })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}

function accountColumns(account: Account, now: Date) {
  return {
    remote_account_id: account.remoteId,
    handle: account.handle,
    display_name: account.displayName,
    avatar_url: account.avatarUrl,
    profile_url: account.profileUrl,
    limits: JSON.stringify(account.limits),
    abilities: JSON.stringify(account.abilities),
    checked_at: now,
  }
}

/**
 * Sets state and problem. The problem's `since` stays that of the first time, so that one trouble is
 * told once.
 * @returns true when the channel's state or kind of problem changed
 */
export async function setChannelState(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: ChannelId,
  next: { state: StoredChannel['state']; problem: ChannelProblem | null },
): Promise<boolean> {
  const { rows } = await sql`
    update channels set state = ${next.state}, problem = ${next.problem && JSON.stringify(next.problem)}::jsonb
    where workspace_id = ${workspaceId} and id = ${id}
      and (state <> ${next.state} or problem ->> 'kind' is distinct from ${next.problem?.kind ?? null})
    returning id`.execute(tx)
  return rows.length > 0
}
