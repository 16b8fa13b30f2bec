import { queryOptions } from '@tanstack/react-query'
import { Department, type HandOverInput } from '../../../../contract/departments.ts'
import { listOf } from '../../../../contract/http.ts'
import { command, request } from '../api.ts'

export const departmentsQuery = queryOptions({
  queryKey: ['departments'],
  queryFn: async ({ signal }) =>
    (await request('/api/v1/departments', listOf(Department), { signal })).items,
  staleTime: 60_000,
})

const one = (id: string) => `/api/v1/conversations/${id}`

export function handOver(id: string, body: HandOverInput): Promise<void> {
  return command(`${one(id)}/hand-over`, { method: 'POST', body })
}

export function undoHandOver(id: string): Promise<void> {
  return command(`${one(id)}/hand-over`, { method: 'DELETE' })
}

export function readHandOver(id: string): Promise<void> {
  return command(`${one(id)}/hand-over/read`, { method: 'POST', body: {} })
}

export function snooze(id: string, until: Date): Promise<void> {
  return command(`${one(id)}/snooze`, { method: 'PUT', body: { until: until.toISOString() } })
}

export function unsnooze(id: string): Promise<void> {
  return command(`${one(id)}/snooze`, { method: 'DELETE' })
}
