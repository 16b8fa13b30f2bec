import { sql } from 'kysely'
import { z } from 'zod'
import { ConversationId, DeliveryId, type WorkspaceId } from '../../../contract/ids.ts'
import {
  type PrivateMove,
  type PrivateMoveInput,
  PrivateReason,
} from '../../../contract/private-moves.ts'
import type { Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { type Actor, actorTag } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { connectorOf, findChannel } from '../channels/index.ts'
import type { Delivery } from '../deliveries/index.ts'
import type { ConversationDeps } from './deps.ts'
import type { SummaryRow } from './view.ts'

/**
 * @throws AppError `refused` when what is said is private already, `bad-input` when customers cannot write
 * to that account in private
 */
export async function checkPrivateMove(
  tx: Tx,
  { workspaceId }: Actor,
  { visibility }: SummaryRow,
  { placeChannelId }: PrivateMoveInput,
): Promise<void> {
  if (visibility === 'private')
    throw new AppError('refused', 'This conversation is private already.')
  const place = await findChannel(tx, workspaceId, placeChannelId)
  if (!place || place.state === 'disconnected')
    throw badField('placeChannelId', 'is not a connected account')
  const ability = place.abilities['receive-private']
  if (!ability?.can)
    throw badField(
      'placeChannelId',
      `cannot be written to in private. ${ability?.why ?? ''}`.trim(),
    )
}

type Recorded = Pick<PrivateMoveInput, 'reason' | 'words' | 'placeChannelId'> & { at: Date }

/** Keeps why and where to, with the reply that says it, and tells the audit log. */
export async function recordPrivateMove(
  tx: Tx,
  actor: Actor,
  delivery: Delivery,
  { reason, words, placeChannelId, at }: Recorded,
): Promise<void> {
  await tx
    .insertInto('private_moves')
    .values({
      workspace_id: actor.workspaceId,
      delivery_id: delivery.id,
      place_channel_id: placeChannelId,
      reason,
      words: cleanText(words),
      by_actor: actorTag(actor),
      by_name: actor.name,
      at,
    })
    .execute()
  await recordAct(tx, actor, {
    act: 'conversation.moved-to-private',
    subject: `conversation:${delivery.conversationId}`,
    detail: { delivery: delivery.id, reason, place: placeChannelId },
  })
}

const Row = z.object({
  delivery_id: DeliveryId,
  at: z.date(),
  by_name: z.string(),
  reason: PrivateReason,
  words: z.string(),
  network: z.string(),
  service: z.string(),
  handle: z.string(),
  public_id: ConversationId,
  private_id: ConversationId.nullable(),
})

/**
 * Where the customer of a conversation was asked to go on in private, as the public one and the private one
 * show it. The private one is the first that the same person began at that account since.
 */
export async function readPrivateMoves(
  tx: Tx,
  deps: ConversationDeps,
  { workspaceId, row }: { workspaceId: WorkspaceId; row: Pick<SummaryRow, 'id' | 'person_id'> },
): Promise<PrivateMove[]> {
  const { rows } = await sql`
    select * from (
      select p.delivery_id, p.at, p.by_name, p.reason, p.words, ch.network, ch.service, ch.handle,
        d.conversation_id as public_id, (
          select n.id from conversations n
          where n.workspace_id = c.workspace_id and n.person_id = c.person_id and n.channel_id = p.place_channel_id
            and n.visibility = 'private' and n.merged_into is null and n.created_at > p.at
          order by n.created_at limit 1) as private_id
      from conversations c
      join deliveries d on d.workspace_id = c.workspace_id and d.conversation_id = c.id and d.state <> 'cancelled'
      join private_moves p on p.workspace_id = d.workspace_id and p.delivery_id = d.id
      join channels ch on ch.workspace_id = p.workspace_id and ch.id = p.place_channel_id
      where c.workspace_id = ${workspaceId} and c.person_id = ${row.person_id}
    ) v where ${row.id} in (public_id, private_id) order by at limit 50`.execute(tx)
  return z
    .array(Row)
    .parse(rows)
    .map((one) => ({
      deliveryId: one.delivery_id,
      at: one.at.toISOString(),
      byName: one.by_name,
      reason: one.reason,
      words: one.words,
      place: {
        network: one.network,
        networkName: connectorOf(deps, one.network).name,
        practice: one.service === deps.practiceUrl,
        handle: one.handle,
      },
      publicId: one.public_id,
      privateId: one.private_id,
    }))
}

/** Empties what was noted of somebody who is erased; that they were asked to go on in private stays. */
export async function forgetPrivateMoves(
  tx: Tx,
  {
    workspaceId,
    conversationIds,
  }: { workspaceId: WorkspaceId; conversationIds: readonly ConversationId[] },
): Promise<void> {
  await sql`
    update private_moves p set words = '' from deliveries d
    where p.workspace_id = ${workspaceId} and d.workspace_id = p.workspace_id and d.id = p.delivery_id
      and d.conversation_id = any(${conversationIds}::uuid[])`.execute(tx)
}
