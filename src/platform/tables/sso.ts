import type { ColumnType } from 'kysely'
import type { DefaultTime, MaybeTime } from './columns.ts'

type State = 'off' | 'on' | 'enforced'

export type SsoTables = {
  sso_providers: {
    workspace_id: string
    id: string
    issuer: string
    client_id: string
    secret_id: string
    name: string
    domains: string[]
    newcomer_role: string | null
    trusts_factor: boolean
    state: ColumnType<State, State | undefined, State>
    tried_at: MaybeTime
    tried_factor: ColumnType<boolean | null, boolean | null | undefined, boolean | null>
    created_at: DefaultTime
  }
  sso_identities: {
    workspace_id: string
    issuer: string
    subject: string
    user_id: string
    created_at: DefaultTime
  }
}
