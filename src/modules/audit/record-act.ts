import type { Tx } from '../../platform/db.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { type Actor, actorTag } from '../access/index.ts'
import { cleanDetail, hashEntry, type JsonObject } from './entry.ts'
import { append, lockHead } from './store.ts'

export type Act = {
  /** What was done, noun and verb: `key.created`, `channel.connected`. */
  act: string
  /** What it was done to, kind and id: `channel:0190…`. */
  subject: string
  /** What a reader needs to understand it: ids, names, old and new values. Never a secret. */
  detail: JsonObject
}

/**
 * Appends what somebody did to the workspace's audit log, in the transaction of the deed itself: both
 * stand or neither does. It holds the workspace's log until the transaction ends, so call it last.
 */
export async function recordAct(
  tx: Tx,
  actor: Actor,
  { act, subject, detail }: Act,
): Promise<void> {
  const text = cleanDetail(detail)
  const head = await lockHead(tx, actor.workspaceId)
  const entry = {
    workspaceId: actor.workspaceId,
    seq: head.seq + 1,
    at: head.now,
    actor: actorTag(actor),
    actorName: cleanText('name' in actor ? actor.name : ''),
    act: cleanText(act),
    subject: cleanText(subject),
    previousHash: head.hash,
  }
  const parsed: unknown = JSON.parse(text)
  await append(tx, { ...entry, detail: text, hash: hashEntry({ ...entry, detail: parsed }) })
}
