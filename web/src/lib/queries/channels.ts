import { queryOptions } from '@tanstack/react-query'
import {
  Channel,
  type ConnectChannel,
  ConsentBegun,
  Network,
} from '../../../../contract/channels.ts'
import { listOf } from '../../../../contract/http.ts'
import type { ChannelId } from '../../../../contract/ids.ts'
import { command, request } from '../api.ts'

const PATH = '/api/v1/channels'

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: async ({ signal }) => (await request(PATH, listOf(Channel), { signal })).items,
})

export const channelQuery = (id: string) =>
  queryOptions({
    queryKey: ['channels', id],
    queryFn: ({ signal }) => request(`${PATH}/${encodeURIComponent(id)}`, Channel, { signal }),
  })

export const networksQuery = queryOptions({
  queryKey: ['networks'],
  queryFn: async ({ signal }) =>
    (await request('/api/v1/networks', listOf(Network), { signal })).items,
  staleTime: Number.POSITIVE_INFINITY,
})

export function connectChannel(body: ConnectChannel): Promise<Channel> {
  return request(PATH, Channel, { method: 'POST', body })
}

/** Begins to sign in on the network's own page; the answer is its address. */
export async function beginConsent(body: ConnectChannel): Promise<string> {
  return (await request(`${PATH}/consent`, ConsentBegun, { method: 'POST', body })).address
}

export function reconnectChannel(id: ChannelId, body: ConnectChannel): Promise<Channel> {
  return request(`${PATH}/${id}/reconnect`, Channel, { method: 'POST', body })
}

export function disconnectChannel(id: ChannelId): Promise<void> {
  return command(`${PATH}/${id}`, { method: 'DELETE' })
}

/** Starts the practice network and connects it. */
export function enterPractice(): Promise<Channel> {
  return request('/api/v1/practice', Channel, { method: 'POST', body: {} })
}
