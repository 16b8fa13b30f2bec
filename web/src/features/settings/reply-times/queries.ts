import { queryOptions } from '@tanstack/react-query'
import {
  type CalendarInput,
  CalendarView,
  type ClockPolicy,
  ClockPreview,
  type ClockPreviewInput,
  type ReplyPolicyInput,
  ReplyPolicyView,
} from '../../../../../contract/clock.ts'
import { listOf } from '../../../../../contract/http.ts'
import { command, request } from '../../../lib/api.ts'

const CALENDARS = '/api/v1/calendars'
const POLICY = '/api/v1/reply-policy'

export const policyQuery = queryOptions({
  queryKey: ['reply-times', 'policy'],
  queryFn: ({ signal }) => request(POLICY, ReplyPolicyView, { signal }),
})

export const calendarsQuery = queryOptions({
  queryKey: ['reply-times', 'calendars'],
  queryFn: async ({ signal }) => (await request(CALENDARS, listOf(CalendarView), { signal })).items,
})

/** `rules` are those that were asked about: an answer names them by their place. */
export function previewQuery(input: ClockPreviewInput & { policy: ClockPolicy }) {
  return queryOptions({
    queryKey: ['reply-times', 'preview', input],
    queryFn: async ({ signal }) => ({
      found: await request(`${POLICY}/preview`, ClockPreview, {
        method: 'POST',
        body: input,
        signal,
      }),
      rules: input.policy.rules,
    }),
    retry: false,
  })
}

export function savePolicy(body: ReplyPolicyInput): Promise<ReplyPolicyView> {
  return request(POLICY, ReplyPolicyView, { method: 'PUT', body })
}

/** `id` null: a new one. */
export function saveCalendar(id: string | null, body: CalendarInput): Promise<CalendarView> {
  return id === null
    ? request(CALENDARS, CalendarView, { method: 'POST', body })
    : request(`${CALENDARS}/${id}`, CalendarView, { method: 'PUT', body })
}

export function removeCalendar(id: string): Promise<void> {
  return command(`${CALENDARS}/${id}`, { method: 'DELETE' })
}
