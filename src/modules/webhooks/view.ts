import { WebhookCallId, WebhookId } from '../../../contract/ids.ts'
import { type Webhook, type WebhookCall, WebhookEvent } from '../../../contract/webhooks.ts'
import type { CallRow, WebhookRow } from './store.ts'

export function viewWebhook(row: WebhookRow): Webhook {
  return {
    id: WebhookId.parse(row.id),
    url: row.url,
    events: row.events.map((event) => WebhookEvent.parse(event)),
    state: row.state === 'active' ? 'active' : 'paused',
    pausedWhy: row.paused_why,
    failures: row.failures,
    succeededAt: row.succeeded_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  }
}

export function viewCall(row: CallRow): WebhookCall {
  return {
    id: WebhookCallId.parse(row.id),
    type: row.type,
    state: row.state,
    createdAt: row.created_at.toISOString(),
    tries: row.tries,
    nextAt: row.state === 'waiting' ? row.next_at.toISOString() : null,
    last: row.tried_at && {
      at: row.tried_at.toISOString(),
      status: row.status,
      milliseconds: row.took_ms,
      answer: row.answer ?? '',
      problem: row.problem,
    },
  }
}
