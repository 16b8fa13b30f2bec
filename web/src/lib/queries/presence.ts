import { queryOptions } from '@tanstack/react-query'
import { listOf } from '../../../../contract/http.ts'
import { Presence, type PresenceInput } from '../../../../contract/replies.ts'
import { command, request } from '../api.ts'

/** Who is where; live news says when it changes, and who is heard of no more is dropped at `until`. */
export const presenceQuery = queryOptions({
  queryKey: ['presence'],
  queryFn: async ({ signal }) =>
    (await request('/api/v1/presence', listOf(Presence), { signal })).items,
  // A beat that only says "still here" is no news: asked again before it would be forgotten.
  refetchInterval: (query) => (query.state.data?.length ? 5000 : false),
})

export function sendBeat(id: string, body: PresenceInput, keepalive = false): Promise<void> {
  const path = `/api/v1/conversations/${id}/presence`
  return command(path, { method: 'POST', body, keepalive })
}
