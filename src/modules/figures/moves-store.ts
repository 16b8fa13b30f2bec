import { sql } from 'kysely'
import { z } from 'zod'
import type { MoveFigures, MoveRow } from '../../../contract/figures.ts'
import type { MoveFilter } from '../../../contract/figures-query.ts'
import { ChannelId, ConversationId, DeliveryId, type WorkspaceId } from '../../../contract/ids.ts'
import { PrivateReason } from '../../../contract/private-moves.ts'
import type { Tx } from '../../platform/db.ts'
import type { AskedFilter, Span } from './store.ts'

type Asked = { span: Span; filter: AskedFilter & MoveFilter }

const Count = z.object({ reason: PrivateReason, moves: z.int(), went_on: z.int() })

/** Moves to private in the period, by reason. */
export async function countMoves(
  tx: Tx,
  workspaceId: WorkspaceId,
  asked: Asked,
): Promise<MoveFigures> {
  const { rows } = await sql`
    select reason, count(*)::int as moves, count(private_id)::int as went_on
    from (${movesIn(workspaceId, asked)}) moved group by reason order by moves desc, reason`.execute(
    tx,
  )
  const reasons = z
    .array(Count)
    .parse(rows)
    .map(({ reason, moves, went_on: wentOn }) => ({ reason, moves, wentOn }))
  return {
    moves: reasons.reduce((sum, { moves }) => sum + moves, 0),
    wentOn: reasons.reduce((sum, { wentOn }) => sum + wentOn, 0),
    reasons,
  }
}

const Row = z.object({
  delivery_id: DeliveryId,
  conversation_id: ConversationId,
  channel_id: ChannelId,
  customer: z.string(),
  at: z.date(),
  by_name: z.string(),
  reason: PrivateReason,
  words: z.string(),
  place_handle: z.string(),
  private_id: ConversationId.nullable(),
})

/** The moves themselves, newest first; `after`: those that come after this one in the list. */
export async function readMoves(
  tx: Tx,
  workspaceId: WorkspaceId,
  { after, limit, ...asked }: Asked & { after: [string, string] | null; limit: number | null },
): Promise<MoveRow[]> {
  const later =
    after && sql`where (at, delivery_id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`
  const { rows } = await sql`
    select * from (${movesIn(workspaceId, asked)}) moved ${later ?? sql``}
    order by at desc, delivery_id desc limit ${limit}`.execute(tx)
  return z.array(Row).parse(rows).map(viewMove)
}

/**
 * One row for each reply that stands on the network and asks a customer to go on in private. The private
 * conversation is the first that the same person began at that account since, as the inbox shows it.
 */
function movesIn(
  workspaceId: WorkspaceId,
  { span: { from, to }, filter: { channel, language, reason, went } }: Asked,
) {
  const wanted = [
    sql`p.workspace_id = ${workspaceId} and p.at >= ${from} and p.at < ${to} and d.state = 'sent'`,
  ]
  if (channel !== undefined) wanted.push(sql`c.channel_id = ${channel}`)
  if (language !== undefined) wanted.push(sql`coalesce(c.language, 'unknown') = ${language}`)
  if (reason !== undefined) wanted.push(sql`p.reason = ${reason}`)
  if (went !== undefined) wanted.push(sql`n.id is not null`)
  // A cursor keeps milliseconds, so nothing finer may tell two moves apart.
  return sql`
    select p.delivery_id, date_trunc('milliseconds', p.at) as at, p.by_name, p.reason, p.words,
      ch.handle as place_handle, c.id as conversation_id, c.channel_id,
      coalesce(nullif(i.display_name, ''), i.handle) as customer, n.id as private_id
    from private_moves p
    join deliveries d on d.workspace_id = p.workspace_id and d.id = p.delivery_id
    join conversations c on c.workspace_id = d.workspace_id and c.id = d.conversation_id
    join identities i on i.workspace_id = c.workspace_id and i.id = c.identity_id
    join channels ch on ch.workspace_id = p.workspace_id and ch.id = p.place_channel_id
    left join lateral (
      select n.id from conversations n
      where n.workspace_id = c.workspace_id and n.person_id = c.person_id and n.channel_id = p.place_channel_id
        and n.visibility = 'private' and n.merged_into is null and n.created_at > p.at
      order by n.created_at limit 1) n on true
    where ${sql.join(wanted, sql` and `)}`
}

function viewMove(row: z.infer<typeof Row>): MoveRow {
  return {
    deliveryId: row.delivery_id,
    conversationId: row.conversation_id,
    channelId: row.channel_id,
    customer: row.customer,
    at: row.at.toISOString(),
    byName: row.by_name,
    reason: row.reason,
    words: row.words,
    placeHandle: row.place_handle,
    privateId: row.private_id,
  }
}
