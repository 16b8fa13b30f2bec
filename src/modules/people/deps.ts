import type { FastifyRequest } from 'fastify'
import type { ConversationId, WorkspaceId } from '../../../contract/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/db.ts'
import type { Actor } from '../access/index.ts'

/** The conversations of somebody who is being erased; their rows are locked. */
export type Forgotten = { workspaceId: WorkspaceId; conversationIds: readonly ConversationId[] }

export type PeopleDeps = {
  database: Pick<Database, 'db'>
  clock: Clock
  /** Works conversations out again, with a new version: what was promised may hang on the person. */
  refresh(tx: Tx, workspaceId: WorkspaceId, ids: readonly ConversationId[]): Promise<unknown>
  /** What other modules keep of somebody's words besides the tables that erasing empties itself. */
  alsoForget?: readonly ((tx: Tx, forgotten: Forgotten) => Promise<void>)[]
}

export type PeopleRouteDeps = PeopleDeps & { actorOf(request: FastifyRequest): Actor }
