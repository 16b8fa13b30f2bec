import { queryOptions } from '@tanstack/react-query'
import type { ChannelId, ConversationId } from '../../../../contract/ids.ts'
import { Visitor, type WebsiteForm, WebsiteView } from '../../../../contract/website.ts'
import { request } from '../api.ts'

const path = (id: ChannelId) => `/api/v1/channels/${id}/website`

export const websiteQuery = (id: ChannelId) =>
  queryOptions({
    queryKey: ['channels', 'website', id],
    queryFn: ({ signal }) => request(path(id), WebsiteView, { signal }),
  })

export function saveWebsite(id: ChannelId, body: WebsiteForm): Promise<WebsiteView> {
  return request(path(id), WebsiteView, { method: 'PUT', body })
}

export const visitorQuery = (id: ConversationId) =>
  queryOptions({
    queryKey: ['conversations', 'visitor', id],
    queryFn: ({ signal }) => request(`/api/v1/conversations/${id}/visitor`, Visitor, { signal }),
  })
