import { KeyId } from '../../../contract/ids.ts'
import type { Scope } from '../../../contract/session.ts'
import type { Clock } from '../../platform/clock.ts'
import { hashToken, randomToken } from '../../platform/crypto.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, actorTag, authorize, mayGiveScopes } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { insertKey } from './store.ts'

export type CreatedKey = { id: KeyId; key: string }

/**
 * Makes an API key. The key itself is in the answer and nowhere else: only its hash is kept.
 * @throws forbidden for scopes beyond the actor's own
 */
export async function createKey(
  { db, clock }: { db: Db; clock: Clock },
  actor: Actor,
  { name, scopes }: { name: string; scopes: readonly Scope[] },
): Promise<CreatedKey> {
  authorize(actor, mayGiveScopes(actor, scopes))
  const id = newId(KeyId)
  const key = randomToken('parley')
  const given = [...new Set(scopes)].sort()
  await inWorkspace(db, actor.workspaceId, async (tx) => {
    await insertKey(tx, {
      workspaceId: actor.workspaceId,
      id,
      name,
      hash: hashToken(key),
      hint: key.slice(-4),
      scopes: given,
      createdBy: actorTag(actor),
      at: clock(),
    })
    await recordAct(tx, actor, {
      act: 'key.created',
      subject: `key:${id}`,
      detail: { name, scopes: given },
    })
  })
  return { id, key }
}
