import { queryOptions } from '@tanstack/react-query'
import type { SsoProviderId } from '../../../../../contract/ids.ts'
import {
  SsoAddress,
  SsoProvider,
  type SsoProviderInput,
  SsoProviders,
  type SsoState,
} from '../../../../../contract/sso.ts'
import { command, request } from '../../../lib/api.ts'

const PROVIDERS = '/api/v1/sign-in-providers'

export const providersQuery = queryOptions({
  queryKey: ['sign-in-providers'],
  queryFn: ({ signal }) => request(PROVIDERS, SsoProviders, { signal }),
})

/** `id` null: a new one. */
export function saveProvider(
  id: SsoProviderId | null,
  body: SsoProviderInput,
): Promise<SsoProvider> {
  return id === null
    ? request(PROVIDERS, SsoProvider, { method: 'POST', body })
    : request(`${PROVIDERS}/${id}`, SsoProvider, { method: 'PUT', body })
}

export function switchProvider(id: SsoProviderId, state: SsoState): Promise<SsoProvider> {
  return request(`${PROVIDERS}/${id}/state`, SsoProvider, { method: 'PUT', body: { state } })
}

/** @returns the provider's page, where the browser goes next */
export async function tryProvider(id: SsoProviderId): Promise<string> {
  return (await request(`${PROVIDERS}/${id}/try`, SsoAddress, { method: 'POST', body: {} })).address
}

export function removeProvider(id: SsoProviderId): Promise<void> {
  return command(`${PROVIDERS}/${id}`, { method: 'DELETE' })
}
