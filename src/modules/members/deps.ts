import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/db.ts'
import type { Auth } from './auth.ts'

export type MembersDeps = {
  db: Db
  auth: Auth
  clock: Clock
  /** Address at which browsers reach Parley, without trailing slash. */
  publicUrl: string
  /** Tries to sign in, a minute and address; beside it each account has its own back-off. */
  signInsPerMinute?: number
}
