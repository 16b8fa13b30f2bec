import { sql } from 'kysely'
import { z } from 'zod'
import { ConversationId, MoveId } from '../../../contract/ids.ts'
import type { Move } from '../../../contract/moves.ts'
import type { Tx } from '../../platform/db.ts'
import type { Actor } from '../access/index.ts'
import { canMove } from './policy.ts'

const Row = z.object({
  id: MoveId,
  kind: z.enum(['merge', 'split']),
  at: z.date(),
  by_name: z.string(),
  kept_id: ConversationId,
  undone_at: z.date().nullable(),
  undone_by_name: z.string().nullable(),
  others: z.array(
    z.object({ id: ConversationId, network: z.string(), handle: z.string(), messages: z.int() }),
  ),
})

/** The newest merges and splits that concern a conversation, oldest first. */
export async function readMoves(tx: Tx, actor: Actor, id: ConversationId): Promise<Move[]> {
  const { rows } = await sql`
    select v.id, v.kind, v.at, v.by_name, v.kept_id, v.undone_at, v.undone_by_name, (
      select json_agg(json_build_object('id', p.other_id, 'network', ch.network, 'handle', ch.handle,
        'messages', jsonb_array_length(p.moved -> 'messages')) order by p.other_id)
      from conversation_move_parts p
      join conversations c on c.workspace_id = p.workspace_id and c.id = p.other_id
      join channels ch on ch.workspace_id = c.workspace_id and ch.id = c.channel_id
      where p.workspace_id = v.workspace_id and p.move_id = v.id) as others
    from conversation_moves v
    where v.workspace_id = ${actor.workspaceId} and (v.kept_id = ${id} or v.id in (
      select move_id from conversation_move_parts where workspace_id = ${actor.workspaceId} and other_id = ${id}))
    order by v.id desc limit 50`.execute(tx)
  return z
    .array(Row)
    .parse(rows)
    .reverse()
    .map((row) => ({
      id: row.id,
      kind: row.kind,
      at: row.at.toISOString(),
      byName: row.by_name,
      keptId: row.kept_id,
      others: row.others,
      undoneAt: row.undone_at?.toISOString() ?? null,
      undoneByName: row.undone_by_name,
      can: { undo: row.undone_at === null && canMove(actor) },
    }))
}
