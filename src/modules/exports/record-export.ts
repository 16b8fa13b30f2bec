import { type Db, inWorkspace } from '../../platform/db.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { canExport } from './policy.ts'

/** Notes that the operator is about to write everything into a file of their choice. */
export async function recordExport(db: Db, actor: Actor): Promise<void> {
  authorize(actor, canExport(actor))
  await inWorkspace(db, actor.workspaceId, (tx) =>
    recordAct(tx, actor, {
      act: 'export.asked',
      subject: `workspace:${actor.workspaceId}`,
      detail: { by: 'command line' },
    }),
  )
}
