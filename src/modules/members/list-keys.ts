import type { z } from 'zod'
import type { Key } from '../../../contract/members.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { type Actor, authorize, can } from '../access/index.ts'
import { listKeys as selectKeys } from './store.ts'
import { viewKey } from './view.ts'

/** The workspace's API keys, revoked ones too, newest first; the keys themselves are kept nowhere. */
export async function listKeys(db: Db, actor: Actor): Promise<z.infer<typeof Key>[]> {
  authorize(actor, can(actor, 'manage-keys'))
  const rows = await inWorkspace(db, actor.workspaceId, (tx) => selectKeys(tx, actor.workspaceId))
  return rows.map(viewKey)
}
