import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { listOf } from '../../../../contract/http.ts'
import {
  NewWebhook,
  Webhook,
  WebhookCall,
  type WebhookChange,
  type WebhookInput,
} from '../../../../contract/webhooks.ts'
import { command, query, request } from '../../lib/api.ts'

const HOOKS = '/api/v1/webhooks'
/** Nothing announces a call that was made; whoever looks sees it within this. */
const LOOK_AGAIN_MS = 4000

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: async ({ signal }) => (await request(HOOKS, listOf(Webhook), { signal })).items,
  refetchInterval: LOOK_AGAIN_MS,
})

export const webhookCallsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['webhook-calls', id],
    queryFn: ({ pageParam, signal }) =>
      request(
        `${HOOKS}/${id}/calls${query({ cursor: pageParam, limit: 20 })}`,
        listOf(WebhookCall),
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: LOOK_AGAIN_MS,
  })

export function createWebhook(body: WebhookInput): Promise<NewWebhook> {
  return request(HOOKS, NewWebhook, { method: 'POST', body })
}

export function changeWebhook(id: string, body: WebhookChange): Promise<Webhook> {
  return request(`${HOOKS}/${id}`, Webhook, { method: 'PATCH', body })
}

export function removeWebhook(id: string): Promise<void> {
  return command(`${HOOKS}/${id}`, { method: 'DELETE' })
}

export function testWebhook(id: string): Promise<WebhookCall> {
  return request(`${HOOKS}/${id}/test`, WebhookCall, { method: 'POST', body: {} })
}

export function callAgain(callId: string): Promise<WebhookCall> {
  return request(`/api/v1/webhook-calls/${callId}/again`, WebhookCall, { method: 'POST', body: {} })
}
