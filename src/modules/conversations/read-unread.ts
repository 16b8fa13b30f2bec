import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { ConversationId, WorkspaceId } from '../../../contract/ids.ts'
import { announce, inWorkspace, type Tx } from '../../platform/db.ts'
import { isDatabaseAway } from '../../platform/db-errors.ts'
import { type Loop, startLoop } from '../../platform/loop.ts'
import { ints, texts, uuids } from '../../platform/pg-arrays.ts'
import { readMessage } from '../understanding/index.ts'
import type { ConversationDeps } from './deps.ts'
import { refreshConversations } from './refresh-conversations.ts'

type Deps = Pick<ConversationDeps, 'database' | 'log'>

const everyMs = 600_000
const atOnce = 200

/**
 * Reads what kind of message each is that came before Parley could tell, or with an archive of then. What comes
 * in is read as it comes. Each batch is a transaction; a killed worker goes on where the last one ended.
 */
export function startReading(deps: Deps): Loop {
  let stopped = false
  const loop = startLoop({ name: 'unread-messages', everyMs, log: deps.log, work })

  async function work(): Promise<void> {
    const workspaces = await deps.database.dispatch.selectFrom('workspaces').select('id').execute()
    for (const { id } of workspaces)
      try {
        await readWorkspace(WorkspaceId.parse(id))
      } catch (error) {
        if (isDatabaseAway(error)) throw error
        // What cannot be read in one business must not keep the others waiting; it is tried again next time.
        deps.log.error({ err: error, workspaceId: id }, 'earlier messages could not be read')
      }
  }

  async function readWorkspace(workspaceId: WorkspaceId): Promise<void> {
    const { db } = deps.database
    for (let any = false; !stopped; any = true) {
      const begun = performance.now()
      const read = await inWorkspace(db, workspaceId, (tx) => readBatch(tx, workspaceId))
      if (read < atOnce) {
        if (any || read > 0)
          await inWorkspace(db, workspaceId, (tx) =>
            announce(tx, { workspace: workspaceId, kind: 'resync', id: '' }),
          )
        return
      }
      // Half of the time is for whoever answers customers meanwhile.
      await pause(performance.now() - begun)
    }
  }

  return {
    wake: loop.wake,
    async stop() {
      stopped = true
      await loop.stop()
    },
  }
}

/** @returns how many were read */
async function readBatch(tx: Tx, workspaceId: WorkspaceId): Promise<number> {
  const unread = await tx
    .selectFrom('messages')
    .select(['id', 'text', 'conversation_id'])
    .where('workspace_id', '=', workspaceId)
    .where('author', '=', 'customer')
    .where('kind', 'is', null)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .limit(atOnce)
    .forNoKeyUpdate()
    .skipLocked()
    .execute()
  if (unread.length === 0) return 0
  const read = unread.map(({ text }) => readMessage(text))
  await sql`
    update messages m set kind = n.kind, feeling = n.feeling
    from unnest(
      ${uuids(unread.map(({ id }) => id))}::uuid[],
      ${texts(read.map(({ kind }) => kind))}::text[],
      ${ints(read.map(({ feeling }) => feeling))}::int[]
    ) as n (id, kind, feeling)
    where m.workspace_id = ${workspaceId} and m.id = n.id`.execute(tx)
  const touched = new Set(unread.map((row) => ConversationId.parse(row.conversation_id)))
  await refreshConversations(tx, workspaceId, [...touched])
  return unread.length
}
