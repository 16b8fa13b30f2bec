import { type Selectable, sql } from 'kysely'
import type { HandOver } from '../../../contract/departments.ts'
import { HandOverId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'
import type { Actor } from '../access/index.ts'
import { Place, placeOf, samePlace } from './place.ts'
import { canAssign } from './policy.ts'
import type { SummaryRow } from './view.ts'

type Row = Selectable<Tables['hand_overs']> & {
  note: string | null
  department_name: string | null
  member_name: string | null
}

/** The hand-over that is pinned in a conversation. */
export async function readHandOver(
  tx: Tx,
  actor: Actor,
  conversation: SummaryRow,
): Promise<HandOver | null> {
  const { rows } = await sql<Row>`
    select h.*, n.text as note, d.name as department_name, m.name as member_name from hand_overs h
    left join notes n on n.workspace_id = h.workspace_id and n.id = h.note_id
    left join departments d on d.workspace_id = h.workspace_id and d.id = h.to_department_id
    left join members m on m.workspace_id = h.workspace_id and m.id = h.to_member_id
    where h.workspace_id = ${actor.workspaceId} and h.conversation_id = ${conversation.id}
      and h.settled_at is null`.execute(tx)
  const row = rows[0]
  if (!row) return null
  return {
    id: HandOverId.parse(row.id),
    byName: row.by_name,
    at: row.at.toISOString(),
    note: row.note ?? '',
    toDepartment: row.department_name,
    toMember: row.member_name,
    can: {
      undo: canAssign(actor) && samePlace(placeOf(conversation), Place.parse(row.after)),
      settle: canAssign(actor),
    },
  }
}
