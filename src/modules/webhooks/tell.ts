import { WebhookCallId, type WorkspaceId } from '../../../contract/ids.ts'
import type { WebhookEvent } from '../../../contract/webhooks.ts'
import type { Tx } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import { enqueue } from '../../platform/jobs.ts'
import { activeWebhooks, insertCalls } from './store.ts'
import { sendWebhooksTask } from './task.ts'

/** What happened: its type and ids, never words of a customer. */
export type News = {
  type: WebhookEvent
  data: { conversationId: string } & Record<string, string>
  /** What can happen only once is told only once under this name. */
  once?: string
}

/**
 * Puts events in line for the workspace's addresses that want them, in the transaction of what happened.
 * Without an address it costs one look at an index; the look is not kept in memory, so that an address
 * misses nothing from the moment it stands, whichever process works. Call it before `recordAct`.
 */
export async function tell(tx: Tx, workspaceId: WorkspaceId, news: readonly News[]): Promise<void> {
  if (news.length === 0) return
  const now = new Date()
  for (const { id: webhookId, events } of await activeWebhooks(tx, workspaceId)) {
    const wanted = news.filter(({ type }) => events.includes(type))
    if (wanted.length === 0) continue
    const calls = wanted.map((one) => ({ ...one, id: newId(WebhookCallId), byHand: false }))
    await insertCalls(tx, { workspaceId, id: webhookId }, { calls, now })
    // Without a key: transactions that tell the same address must not wait for each other.
    await enqueue(tx, sendWebhooksTask, { workspaceId, webhookId })
  }
}
