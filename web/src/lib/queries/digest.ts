import { queryOptions } from '@tanstack/react-query'
import {
  Digest,
  DigestSubscription,
  Threshold,
  type ThresholdInput,
} from '../../../../contract/digest.ts'
import { listOf } from '../../../../contract/http.ts'
import { command, request } from '../api.ts'

const SUBSCRIPTION = '/api/v1/digest/subscription'
const THRESHOLDS = '/api/v1/thresholds'

export const digestQuery = queryOptions({
  queryKey: ['digest'],
  queryFn: ({ signal }) => request('/api/v1/digest', Digest, { signal }),
})

export const subscriptionQuery = queryOptions({
  queryKey: ['digest', 'subscription'],
  queryFn: ({ signal }) => request(SUBSCRIPTION, DigestSubscription, { signal }),
})

export function changeSubscription(body: DigestSubscription): Promise<DigestSubscription> {
  return request(SUBSCRIPTION, DigestSubscription, { method: 'PUT', body })
}

export const thresholdsQuery = queryOptions({
  queryKey: ['thresholds'],
  queryFn: async ({ signal }) => (await request(THRESHOLDS, listOf(Threshold), { signal })).items,
})

export function addThreshold(body: ThresholdInput): Promise<Threshold> {
  return request(THRESHOLDS, Threshold, { method: 'POST', body })
}

export function removeThreshold(id: string): Promise<void> {
  return command(`${THRESHOLDS}/${id}`, { method: 'DELETE' })
}
