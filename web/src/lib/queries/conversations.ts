import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  type BulkChange,
  BulkOutcome,
  type BulkUndo,
  Conversation,
  type ConversationChange,
  ConversationCounts,
  ConversationSummary,
  type Draft,
  Note,
  type ReplyInput,
  Thread,
  UploadedMedia,
} from '../../../../contract/conversations.ts'
import { DeliveryView } from '../../../../contract/deliveries.ts'
import { listOf } from '../../../../contract/http.ts'
import { command, query, request } from '../api.ts'

const PATH = '/api/v1/conversations'
export type ConversationPage = z.infer<typeof Page>
export type ConversationSummaryView = z.infer<typeof ConversationSummary>
const Page = listOf(ConversationSummary)

/** What a list asks for, in the words of the API. */
export type ListFilter = {
  state?: string | undefined
  assignee?: string | undefined
  department?: string | undefined
  snoozed?: 'only' | undefined
  channel?: string | undefined
  kind?: string | undefined
  overdue?: 'true' | undefined
  text?: string | undefined
  sort: 'due' | 'newest'
}

export function conversationListQuery(filter: ListFilter, limit = 50) {
  return infiniteQueryOptions({
    queryKey: ['conversations', 'list', filter, limit],
    queryFn: ({ pageParam, signal }) =>
      request(`${PATH}${query({ ...filter, limit, cursor: pageParam })}`, Page, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  })
}

export const countsQuery = queryOptions({
  queryKey: ['conversations', 'counts'],
  queryFn: ({ signal }) => request(`${PATH}/counts`, ConversationCounts, { signal }),
})

export function conversationQuery(id: string) {
  return queryOptions({
    queryKey: ['conversations', 'one', id],
    queryFn: ({ signal }) => request(`${PATH}/${id}`, Conversation, { signal }),
    staleTime: 30_000,
  })
}

export function threadQuery(id: string) {
  return queryOptions({
    queryKey: ['conversations', 'thread', id],
    queryFn: ({ signal }) => request(`${PATH}/${id}/thread`, Thread, { signal }),
    staleTime: 60_000,
  })
}

/** The answer is not read: the conversation is asked for again, and live news says so too. */
export function changeConversation(id: string, body: ConversationChange): Promise<void> {
  return command(`${PATH}/${id}`, { method: 'PATCH', body })
}

/** `key` makes a repeated call the same reply. */
export function sendReply(id: string, body: ReplyInput, key: string): Promise<DeliveryView> {
  const headers = { 'idempotency-key': key }
  return request(`${PATH}/${id}/replies`, DeliveryView, { method: 'POST', body, headers })
}

export function addNote(id: string, text: string): Promise<Note> {
  return request(`${PATH}/${id}/notes`, Note, { method: 'POST', body: { text } })
}

export function keepDraft(id: string, body: Draft, keepalive = false): Promise<void> {
  return command(`${PATH}/${id}/draft`, { method: 'PUT', body, keepalive })
}

export function uploadMedia(file: File): Promise<z.infer<typeof UploadedMedia>> {
  const body = new FormData()
  body.set('file', file)
  return request('/api/v1/media', UploadedMedia, { method: 'POST', body })
}

export function changeMany(body: BulkChange): Promise<BulkOutcome> {
  return request(`${PATH}/changes`, BulkOutcome, { method: 'POST', body })
}

export function undoMany(body: BulkUndo): Promise<BulkOutcome> {
  return request(`${PATH}/changes/undo`, BulkOutcome, { method: 'POST', body })
}
