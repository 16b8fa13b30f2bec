import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { listOf } from '../../../../contract/http.ts'
import type { ConversationId, PageId } from '../../../../contract/ids.ts'
import { PageView } from '../../../../contract/pages.ts'
import { query, request } from '../api.ts'
import { useProblemWords } from '../problem-words.ts'
import { toast } from '../toasts.ts'

const PAGES = '/api/v1/pages'

type Which = { state?: 'all'; conversationId?: ConversationId; limit?: number }

/** Who is being called about what; without more only what is open, newest first. */
export function pagesQuery(which: Which = {}) {
  return queryOptions({
    queryKey: ['pages', which],
    queryFn: async ({ signal }) =>
      (await request(PAGES + query(which), listOf(PageView), { signal })).items,
  })
}

/** Takes a page up: nobody else is called. */
export function useAcknowledge(said: string) {
  const client = useQueryClient()
  const words = useProblemWords()
  return useMutation({
    mutationFn: (id: PageId) =>
      request(`${PAGES}/${id}/acknowledgement`, PageView, { method: 'POST' }),
    onSuccess: () => toast(said),
    onError: (error) => toast(words(error), { tone: 'problem' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['pages'] }),
  })
}
