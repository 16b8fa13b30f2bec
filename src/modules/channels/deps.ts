import type { Connectors, OAuthTools } from '../../connectors/contract.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Keyring } from '../../platform/crypto.ts'
import type { Database } from '../../platform/db.ts'
import type { Dial, HttpClient } from '../../platform/http.ts'
import type { Log } from '../../platform/log.ts'

/** What the channels module works with; app.ts gives it. */
export type ChannelDeps = {
  database: Database
  http: HttpClient
  dial: Dial
  keyring: Keyring
  connectors: Connectors
  clock: Clock
  oauth: OAuthTools
  /** Address at which the world reaches Parley, without trailing slash; missing: nobody does. */
  publicUrl?: string
  log: Log
}
