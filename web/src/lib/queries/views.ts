import { queryOptions } from '@tanstack/react-query'
import { listOf } from '../../../../contract/http.ts'
import { SavedView, type ViewChange, type ViewInput } from '../../../../contract/views.ts'
import { command, request } from '../api.ts'

const PATH = '/api/v1/views'

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: async ({ signal }) => (await request(PATH, listOf(SavedView), { signal })).items,
  // Counting them costs the server something: read again when they are looked at, not with every message.
  staleTime: 10_000,
})

export function saveView(body: ViewInput): Promise<SavedView> {
  return request(PATH, SavedView, { method: 'POST', body })
}

export function changeView(id: string, body: ViewChange): Promise<SavedView> {
  return request(`${PATH}/${id}`, SavedView, { method: 'PATCH', body })
}

export function removeView(id: string): Promise<void> {
  return command(`${PATH}/${id}`, { method: 'DELETE' })
}

export function restoreView(id: string): Promise<void> {
  return command(`${PATH}/${id}/restore`, { method: 'POST', body: {} })
}
