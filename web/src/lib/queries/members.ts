import { queryOptions } from '@tanstack/react-query'
import { listOf } from '../../../../contract/http.ts'
import { Member } from '../../../../contract/members.ts'
import { request } from '../api.ts'

export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: async ({ signal }) =>
    (await request('/api/v1/members', listOf(Member), { signal })).items,
})
