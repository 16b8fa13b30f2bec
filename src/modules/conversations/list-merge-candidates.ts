import { sql } from 'kysely'
import type { ConversationSummary } from '../../../contract/conversations.ts'
import type { ConversationId } from '../../../contract/ids.ts'
import { inWorkspace } from '../../platform/db.ts'
import { type Actor, authorize } from '../access/index.ts'
import { clockRules } from '../reply-clock/index.ts'
import type { ConversationDeps } from './deps.ts'
import { textFilter } from './filters.ts'
import { findSummary } from './get-conversation.ts'
import { canReadConversations } from './policy.ts'
import { findStanding } from './standing.ts'
import { type SummaryRow, summaryColumns, summaryTables, viewSummary } from './view.ts'

/**
 * What could become part of a conversation: others of the same person that are as public as it is, open
 * ones first, then the newest; at most 50. `text`: only those in which these words were said.
 */
export async function listMergeCandidates(
  deps: ConversationDeps,
  actor: Actor,
  asked: ConversationId,
  { text }: { text?: string | undefined },
): Promise<ConversationSummary[]> {
  authorize(actor, canReadConversations(actor))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const id = await findStanding(tx, actor.workspaceId, asked)
    const row = await findSummary(tx, actor.workspaceId, id)
    const said = text?.trim() ? sql`and ${textFilter(text)}` : sql``
    const { rows } = await sql<SummaryRow>`
      select ${summaryColumns} from ${summaryTables}
      where c.workspace_id = ${actor.workspaceId} and c.person_id = ${row.person_id}
        and c.merged_into is null and c.id <> ${id} and c.visibility = ${row.visibility} ${said}
      order by c.state = 'done', c.last_message_at desc, c.id desc limit 50`.execute(tx)
    const rules = await clockRules(tx, actor.workspaceId, row.clock_version)
    const now = deps.clock()
    return rows.map((one) => viewSummary(one, now, rules))
  })
}
