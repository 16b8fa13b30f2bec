import { SsoProviderId } from '../../../contract/ids.ts'
import { MemberRole } from '../../../contract/session.ts'
import type { SsoDoor, SsoProvider } from '../../../contract/sso.ts'
import type { openDoors, ProviderRow } from './store.ts'

export function viewProvider(row: ProviderRow): SsoProvider {
  return {
    id: SsoProviderId.parse(row.id),
    name: row.name,
    issuer: row.issuer,
    clientId: row.client_id,
    domains: row.domains,
    newcomerRole: MemberRole.exclude(['owner']).nullable().parse(row.newcomer_role),
    trustsFactor: row.trusts_factor,
    state: row.state,
    triedAt: row.tried_at?.toISOString() ?? null,
    triedFactor: row.tried_factor,
  }
}

export function viewDoor(row: Awaited<ReturnType<typeof openDoors>>[number]): SsoDoor {
  return { id: SsoProviderId.parse(row.id), name: row.name }
}
