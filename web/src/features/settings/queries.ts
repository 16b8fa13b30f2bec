import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { AsideEvent } from '../../../../contract/events.ts'
import { listOf } from '../../../../contract/http.ts'
import {
  AuditEntry,
  Invitation,
  type InvitationInput,
  Key,
  type KeyInput,
  NewInvitation,
  NewKey,
  SessionInfo,
} from '../../../../contract/members.ts'
import type { MemberRole } from '../../../../contract/session.ts'
import { command, query, request } from '../../lib/api.ts'
import { listPasskeys } from '../../lib/auth.ts'

const V1 = '/api/v1'
const post = (body: unknown) => ({ method: 'POST', body }) as const
const remove = { method: 'DELETE' } as const

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: async ({ signal }) =>
    (await request(`${V1}/invitations`, listOf(Invitation), { signal })).items,
})

export function invite(
  body: z.infer<typeof InvitationInput>,
): Promise<z.infer<typeof NewInvitation>> {
  return request(`${V1}/invitations`, NewInvitation, post(body))
}

export function revokeInvitation(id: string): Promise<void> {
  return command(`${V1}/invitations/${id}`, remove)
}

export function changeRole({ id, role }: { id: string; role: MemberRole }): Promise<void> {
  return command(`${V1}/members/${id}`, { method: 'PATCH', body: { role } })
}

export function removeMember(id: string): Promise<void> {
  return command(`${V1}/members/${id}`, remove)
}

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: async ({ signal }) => (await request(`${V1}/keys`, listOf(Key), { signal })).items,
})

export function createKey(body: z.infer<typeof KeyInput>): Promise<z.infer<typeof NewKey>> {
  return request(`${V1}/keys`, NewKey, post(body))
}

export function revokeKey(id: string): Promise<void> {
  return command(`${V1}/keys/${id}`, remove)
}

export type SessionRow = z.infer<typeof SessionInfo>
export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async ({ signal }) =>
    (await request(`${V1}/sessions`, listOf(SessionInfo), { signal })).items,
})

export function endSession(id: string): Promise<void> {
  return command(`${V1}/sessions/${id}`, remove)
}

export function endOtherSessions(): Promise<void> {
  return command(`${V1}/sessions`, remove)
}

export const passkeysQuery = queryOptions({ queryKey: ['passkeys'], queryFn: listPasskeys })

export const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ pageParam, signal }) =>
    request(`${V1}/audit${query({ cursor: pageParam, limit: 50 })}`, listOf(AuditEntry), {
      signal,
    }),
  initialPageParam: '',
  getNextPageParam: (page) => page.next ?? undefined,
})

export const asideQuery = infiniteQueryOptions({
  queryKey: ['aside'],
  queryFn: ({ pageParam, signal }) =>
    request(`${V1}/aside${query({ cursor: pageParam, limit: 50 })}`, listOf(AsideEvent), {
      signal,
    }),
  initialPageParam: '',
  getNextPageParam: (page) => page.next ?? undefined,
})

export function replayAside(id: string): Promise<void> {
  return command(`${V1}/aside/${id}/replay`, post({}))
}
