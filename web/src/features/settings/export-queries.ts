import { queryOptions } from '@tanstack/react-query'
import { Export } from '../../../../contract/exports.ts'
import { listOf } from '../../../../contract/http.ts'
import { request } from '../../lib/api.ts'

const EXPORTS = '/api/v1/exports'
const LOOK_AGAIN_MS = 1500

export function isUnderWay({ state }: Export): boolean {
  return state === 'waiting' || state === 'writing'
}

export const exportsQuery = queryOptions({
  queryKey: ['exports'],
  queryFn: async ({ signal }) => (await request(EXPORTS, listOf(Export), { signal })).items,
  refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? LOOK_AGAIN_MS : false),
})

export function askExport(): Promise<Export> {
  return request(EXPORTS, Export, { method: 'POST' })
}

export function removeExport(id: string): Promise<Export> {
  return request(`${EXPORTS}/${id}`, Export, { method: 'DELETE' })
}
