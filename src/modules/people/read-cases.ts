import { ConversationId, type PersonId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Person } from '../../../contract/people.ts'
import type { Tx } from '../../platform/db.ts'

/** Somebody's cases with their steps, the newest case first. */
export async function readCases(
  tx: Tx,
  workspaceId: WorkspaceId,
  personId: PersonId,
): Promise<Person['winBacks']> {
  const cases = await tx
    .selectFrom('win_back_cases')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('person_id', '=', personId)
    .orderBy('state_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  if (cases.length === 0) return []
  const steps = await tx
    .selectFrom('win_back_steps')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where(
      'case_id',
      'in',
      cases.map(({ id }) => id),
    )
    .orderBy('at')
    .orderBy('id')
    .execute()
  return cases.map((row) => ({
    id: row.id,
    state: row.state,
    beganAt: row.began_at.toISOString(),
    conversationId: row.conversation_id === null ? null : ConversationId.parse(row.conversation_id),
    steps: steps
      .filter((step) => step.case_id === row.id)
      .map((step) => ({ state: step.state, at: step.at.toISOString(), by: step.by_name })),
  }))
}
