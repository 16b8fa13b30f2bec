import { queryOptions } from '@tanstack/react-query'
import {
  Department,
  type DepartmentChange,
  type DepartmentInput,
} from '../../../../contract/departments.ts'
import { Routing, type Rules, Trial } from '../../../../contract/routing.ts'
import { command, request } from '../../lib/api.ts'

const DEPARTMENTS = '/api/v1/departments'
const ROUTING = '/api/v1/routing'

export function createDepartment(body: DepartmentInput): Promise<Department> {
  return request(DEPARTMENTS, Department, { method: 'POST', body })
}

export function changeDepartment(id: string, body: DepartmentChange): Promise<Department> {
  return request(`${DEPARTMENTS}/${id}`, Department, { method: 'PATCH', body })
}

export function removeDepartment(id: string): Promise<void> {
  return command(`${DEPARTMENTS}/${id}`, { method: 'DELETE' })
}

export const routingQuery = queryOptions({
  queryKey: ['routing'],
  queryFn: ({ signal }) => request(ROUTING, Routing, { signal }),
})

export function keepDraft(rules: Rules): Promise<Routing> {
  return request(`${ROUTING}/draft`, Routing, { method: 'PUT', body: { rules } })
}

export function tryRules(rules: Rules, last: number): Promise<Trial> {
  return request(`${ROUTING}/trial`, Trial, { method: 'POST', body: { rules, last } })
}

export function goLive(rules: Rules, basedOn: number | null): Promise<Routing> {
  return request(`${ROUTING}/live`, Routing, { method: 'POST', body: { rules, basedOn } })
}

export function revertRouting(to: number, basedOn: number | null): Promise<Routing> {
  return request(`${ROUTING}/revert`, Routing, { method: 'POST', body: { to, basedOn } })
}
