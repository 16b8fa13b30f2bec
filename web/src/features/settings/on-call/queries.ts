import { queryOptions } from '@tanstack/react-query'
import type { PushSubscriptionId } from '../../../../../contract/ids.ts'
import {
  CallOrder,
  type OnCallPreviewInput,
  type OnCallSettings,
  OnCallView,
} from '../../../../../contract/on-call.ts'
import {
  PushSettings,
  type PushSubscriptionInput,
  PushSubscriptionView,
  PushTestOutcome,
} from '../../../../../contract/push.ts'
import { command, request } from '../../../lib/api.ts'

const ON_CALL = '/api/v1/on-call'
const PUSH = '/api/v1/push-subscriptions'

export const onCallQuery = queryOptions({
  queryKey: ['on-call'],
  queryFn: ({ signal }) => request(ON_CALL, OnCallView, { signal }),
})

export function saveOnCall(body: OnCallSettings): Promise<OnCallView> {
  return request(ON_CALL, OnCallView, { method: 'PUT', body })
}

export function orderQuery(input: OnCallPreviewInput) {
  return queryOptions({
    queryKey: ['on-call', 'order', input],
    queryFn: ({ signal }) =>
      request(`${ON_CALL}/preview`, CallOrder, { method: 'POST', body: input, signal }),
    retry: false,
  })
}

export const pushQuery = queryOptions({
  queryKey: ['push'],
  queryFn: ({ signal }) => request(PUSH, PushSettings, { signal }),
})

export function addBrowser(body: PushSubscriptionInput): Promise<PushSubscriptionView> {
  return request(PUSH, PushSubscriptionView, { method: 'POST', body })
}

export function removeBrowser(id: PushSubscriptionId): Promise<void> {
  return command(`${PUSH}/${id}`, { method: 'DELETE' })
}

export function testBrowser(id: PushSubscriptionId): Promise<PushTestOutcome> {
  return request(`${PUSH}/${id}/test`, PushTestOutcome, { method: 'POST' })
}
