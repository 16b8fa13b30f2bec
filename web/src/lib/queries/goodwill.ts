import { queryOptions } from '@tanstack/react-query'
import {
  Goodwill,
  type GoodwillChange,
  type GoodwillInput,
  GoodwillMonth,
  GoodwillSettings,
} from '../../../../contract/goodwill.ts'
import { listOf } from '../../../../contract/http.ts'
import { command, request } from '../api.ts'

const PATH = '/api/v1/goodwill'

/** Under the conversation's key, so that live news of it reads this again too. */
export function goodwillQuery(conversationId: string) {
  const path = `/api/v1/conversations/${conversationId}/goodwill`
  return queryOptions({
    queryKey: ['conversations', 'one', conversationId, 'goodwill'],
    queryFn: async ({ signal }) => (await request(path, listOf(Goodwill), { signal })).items,
  })
}

export const goodwillMonthsQuery = queryOptions({
  queryKey: ['goodwill', 'months'],
  queryFn: async ({ signal }) =>
    (await request(`${PATH}/months`, listOf(GoodwillMonth), { signal })).items,
})

export const goodwillSettingsQuery = queryOptions({
  queryKey: ['goodwill', 'settings'],
  queryFn: ({ signal }) => request(`${PATH}/settings`, GoodwillSettings, { signal }),
})

export function changeGoodwillSettings(body: GoodwillSettings): Promise<GoodwillSettings> {
  return request(`${PATH}/settings`, GoodwillSettings, { method: 'PUT', body })
}

export function recordGoodwill(conversationId: string, body: GoodwillInput): Promise<Goodwill> {
  const path = `/api/v1/conversations/${conversationId}/goodwill`
  return request(path, Goodwill, { method: 'POST', body })
}

export function changeGoodwill(id: string, body: GoodwillChange): Promise<Goodwill> {
  return request(`${PATH}/${id}`, Goodwill, { method: 'PATCH', body })
}

export function removeGoodwill(id: string): Promise<void> {
  return command(`${PATH}/${id}`, { method: 'DELETE' })
}

export function restoreGoodwill(id: string): Promise<Goodwill> {
  return request(`${PATH}/${id}/restore`, Goodwill, { method: 'POST', body: {} })
}
