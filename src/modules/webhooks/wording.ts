import { z } from 'zod'
import type { CallRow } from './store.ts'

/** What the vault keeps an address's secret as. */
export const secretPurpose = 'webhook'
export const Secret = z.string().startsWith('whsec_')

/** What `webhook.test` says instead of a conversation. */
export const testType = 'webhook.test'

const Data = z.record(z.string(), z.string())

/**
 * The body of a call, the same bytes at every try: type, time and ids, and where the API tells the rest.
 * Nothing a customer wrote is in it.
 */
export function bodyOf(
  call: Pick<CallRow, 'type' | 'data' | 'created_at'>,
  publicUrl: string,
): string {
  const { conversationId, deliveryId, ...more } = Data.parse(call.data)
  const path = deliveryId
    ? `/api/v1/deliveries/${deliveryId}`
    : conversationId
      ? `/api/v1/conversations/${conversationId}`
      : '/api/v1/webhooks'
  return JSON.stringify({
    type: call.type,
    timestamp: call.created_at.toISOString(),
    data: {
      ...(conversationId && { conversationId }),
      ...(deliveryId && { deliveryId }),
      ...Object.fromEntries(Object.entries(more).sort(([a], [b]) => (a < b ? -1 : 1))),
      url: `${publicUrl}${path}`,
    },
  })
}
