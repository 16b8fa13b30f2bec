import type { ColumnType, Kysely } from 'kysely'
import type { Tables } from '../../platform/db-tables.ts'

type Time = ColumnType<Date, Date, Date>

/** The tables of schema auth, of which better-auth writes most. The truth is in migrations/. */
export type AuthTables = {
  'auth.user': {
    id: string
    name: string
    email: string
    emailVerified: boolean
    createdAt: Time
    updatedAt: Time
    twoFactorEnabled: boolean | null
  }
  'auth.session': {
    id: string
    expiresAt: Time
    token: string
    createdAt: Time
    updatedAt: Time
    ipAddress: string | null
    userAgent: string | null
    userId: string
    factor: Factor | null
    /** Set: a provider of this workspace opened it, and it reaches no other. */
    ssoWorkspace: string | null
    ssoProvider: string | null
  }
  'auth.account': {
    id: string
    accountId: string
    providerId: string
    userId: string
    password: string | null
    createdAt: Time
    updatedAt: Time
  }
  'auth.passkey': {
    id: string
    name: string | null
    userId: string
    createdAt: ColumnType<Date | null, Date, Date>
  }
  'auth.twoFactor': { id: string; userId: string }
  'auth.used_codes': { user_id: string; code_hash: string; used_at: Time }
  'auth.sso_attempts': {
    state_hash: string
    browser_hash: string
    workspace_id: string
    provider_id: string
    tried_by: string | null
    next: string | null
    created_at: Time
  }
  'auth.guesses': { subject: string; failures: number; last_at: Time; wait_until: Time }
}

/** `sso`: the business's own sign-in service vouched for a second factor. */
export type Factor = 'totp' | 'backup-code' | 'passkey' | 'sso'

/** The same connection or transaction, with the tables of schema auth known to the compiler. */
export function withAuth(db: Kysely<Tables>): Kysely<Tables & AuthTables> {
  return db.withTables<AuthTables>()
}
