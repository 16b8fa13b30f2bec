import { queryOptions } from '@tanstack/react-query'
import { listOf } from '../../../../contract/http.ts'
import { ReplyRules, type ReplyRulesChange } from '../../../../contract/replies.ts'
import { Snippet, type SnippetChange, type SnippetInput } from '../../../../contract/snippets.ts'
import { command, request } from '../api.ts'

const PATH = '/api/v1/snippets'

export const snippetsQuery = queryOptions({
  queryKey: ['snippets'],
  queryFn: async ({ signal }) => (await request(PATH, listOf(Snippet), { signal })).items,
  staleTime: 60_000,
})

export function addSnippet(body: SnippetInput): Promise<Snippet> {
  return request(PATH, Snippet, { method: 'POST', body })
}

export function changeSnippet(id: string, body: SnippetChange): Promise<Snippet> {
  return request(`${PATH}/${id}`, Snippet, { method: 'PATCH', body })
}

export function removeSnippet(id: string): Promise<void> {
  return command(`${PATH}/${id}`, { method: 'DELETE' })
}

export const replyRulesQuery = queryOptions({
  queryKey: ['reply-rules'],
  queryFn: ({ signal }) => request('/api/v1/reply-rules', ReplyRules, { signal }),
})

export function changeReplyRules(body: ReplyRulesChange): Promise<ReplyRules> {
  return request('/api/v1/reply-rules', ReplyRules, { method: 'PATCH', body })
}
