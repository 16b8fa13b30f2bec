import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { listOf } from '../../../../contract/http.ts'
import type { SsoProviderId } from '../../../../contract/ids.ts'
import { SsoAddress, SsoDoor } from '../../../../contract/sso.ts'
import { query, request } from '../api.ts'

/** Buttons of the sign-in page: those of the only business here, or of the domain of an address. */
export function doorsQuery(email: string) {
  const whole = z.email().safeParse(email).success ? email : undefined
  const domain = whole?.split('@')[1]
  return queryOptions({
    queryKey: ['sso-doors', domain ?? ''],
    queryFn: async ({ signal }) =>
      (await request(`/api/auth/sso${query({ email: whole })}`, listOf(SsoDoor), { signal })).items,
    staleTime: 60_000,
  })
}

/** @returns the provider's page, where the browser goes next */
export async function startSso(provider: SsoProviderId, next?: string): Promise<string> {
  const body = { provider, ...(next && { next }) }
  return (await request('/api/auth/sso/start', SsoAddress, { method: 'POST', body })).address
}
