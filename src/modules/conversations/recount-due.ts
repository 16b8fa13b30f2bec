import { sql } from 'kysely'
import { ConversationId, type WorkspaceId } from '../../../contract/ids.ts'
import { announce, inWorkspace, type Tx } from '../../platform/db.ts'
import { defineJob, enqueue } from '../../platform/jobs.ts'
import {
  type ClockRules,
  clockRules,
  holdClockVersion,
  recountKey,
  recountDue as wanted,
} from '../reply-clock/index.ts'
import type { ConversationDeps } from './deps.ts'
import { dueText } from './due.ts'
import { subjectOf } from './view.ts'

const atOnce = 500

/**
 * Works out again when an answer is due, batch by batch in the order of ids, after the rules changed. Each
 * batch asks for the next one in its own transaction, so a killed worker loses at most the batch under
 * way. A job whose rules are not the newest any more ends: the newest have a job of their own.
 */
export const recountDue = defineJob({
  ...wanted,
  async run({ database }: Pick<ConversationDeps, 'database'>, { workspaceId, version, after }) {
    await inWorkspace(database.db, workspaceId, async (tx) => {
      if ((await holdClockVersion(tx)) !== version) return
      const waiting = await findWaiting(tx, workspaceId, after)
      await writeDue(tx, workspaceId, waiting, await clockRules(tx, workspaceId, version))
      const last = waiting.length === atOnce ? waiting.at(-1) : undefined
      if (!last) return announce(tx, { workspace: workspaceId, kind: 'resync', id: '' })
      const payload = { workspaceId, version, after: ConversationId.parse(last.id) }
      await enqueue(tx, wanted, payload, { key: recountKey(workspaceId) })
    })
  },
})

type Waiting = {
  id: string
  channel_id: string
  person_id: string
  language: string | null
  severity: string | null
  unanswered_since: Date
}

async function findWaiting(
  tx: Tx,
  workspaceId: WorkspaceId,
  after: ConversationId | null,
): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    select id, channel_id, person_id, language, severity, unanswered_since from conversations
    where workspace_id = ${workspaceId} and id > ${after ?? nobody}::uuid and unanswered_since is not null
    order by id limit ${atOnce}`.execute(tx)
  return rows
}

/** Before every id. */
const nobody = '00000000-0000-0000-0000-000000000000'

/** Those whose facts changed since they were read had their due time worked out with them, by these rules. */
async function writeDue(
  tx: Tx,
  workspaceId: WorkspaceId,
  waiting: readonly Waiting[],
  rules: ClockRules,
): Promise<void> {
  const dues = waiting.map((one) => dueText(rules, subjectOf(one), one.unanswered_since))
  const column = <Value>(read: (one: Waiting) => Value) => waiting.map(read)
  await sql`
    update conversations c set due_at = n.due
    from unnest(
      ${column(({ id }) => id)}::uuid[],
      ${dues}::timestamptz[],
      ${column((one) => one.unanswered_since)}::timestamptz[],
      ${column((one) => one.person_id)}::uuid[],
      ${column((one) => one.language)}::text[],
      ${column((one) => one.severity)}::text[]
    ) as n (id, due, since, person_id, language, severity)
    where c.workspace_id = ${workspaceId} and c.id = n.id and c.due_at <> n.due
      and c.unanswered_since = n.since and c.person_id = n.person_id
      and c.language is not distinct from n.language and c.severity is not distinct from n.severity`.execute(
    tx,
  )
}
