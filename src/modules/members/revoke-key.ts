import type { KeyId } from '../../../contract/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, authorize, can } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { revokeKeyRow } from './store.ts'

/** Ends an API key at once and for good. */
export async function revokeKey(
  { db, clock }: { db: Db; clock: Clock },
  actor: Actor,
  id: KeyId,
): Promise<void> {
  authorize(actor, can(actor, 'manage-keys'))
  await inWorkspace(db, actor.workspaceId, async (tx) => {
    const key = await revokeKeyRow(tx, { workspaceId: actor.workspaceId, id, at: clock() })
    if (!key) throw new AppError('not-found', 'There is no such key, or it was revoked before.')
    await recordAct(tx, actor, {
      act: 'key.revoked',
      subject: `key:${id}`,
      detail: { name: key.name },
    })
  })
}
