import { queryOptions } from '@tanstack/react-query'
import { type DeliveryDecision, DeliveryView } from '../../../../contract/deliveries.ts'
import { listOf } from '../../../../contract/http.ts'
import { query, request } from '../api.ts'

const PATH = '/api/v1/deliveries'

/** Sendings that ask for a person: failed, held or unknown. */
export const troubledDeliveriesQuery = queryOptions({
  queryKey: ['deliveries', 'troubled'],
  queryFn: async ({ signal }) => {
    const filter = query({ state: 'failed,unknown,held', limit: 20 })
    return (await request(`${PATH}${filter}`, listOf(DeliveryView), { signal })).items
  },
})

export function cancelDelivery(id: string): Promise<DeliveryView> {
  return request(`${PATH}/${id}/cancel`, DeliveryView, { method: 'POST', body: {} })
}

export function retryDelivery(id: string): Promise<DeliveryView> {
  return request(`${PATH}/${id}/retry`, DeliveryView, { method: 'POST', body: {} })
}

export function decideDelivery(id: string, body: DeliveryDecision): Promise<DeliveryView> {
  return request(`${PATH}/${id}/decision`, DeliveryView, { method: 'POST', body })
}
