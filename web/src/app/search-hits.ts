import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { ConversationSummary } from '../../../contract/conversations.ts'
import { listOf } from '../../../contract/http.ts'
import { query, request } from '../lib/api.ts'

const Hits = listOf(ConversationSummary)
const ALL_STATES = 'new,open,waiting-customer,waiting-colleague,done'

/** The first conversations in which a text occurs, in whatever state. */
export function searchHitsQuery(text: string) {
  return queryOptions({
    queryKey: ['conversations', 'hits', text],
    queryFn: async ({ signal }) => {
      const path = `/api/v1/conversations${query({ text, state: ALL_STATES, snoozed: 'any', sort: 'newest', limit: 6 })}`
      return (await request(path, Hits, { signal })).items
    },
    enabled: text.length > 1,
    placeholderData: keepPreviousData,
  })
}
