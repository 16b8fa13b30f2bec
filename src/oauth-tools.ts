import type { ClientKey, OAuthTools } from './connectors/contract.ts'
import { clientKeys } from './modules/vault/index.ts'
import type { Config } from './platform/config.ts'
import type { Keyring } from './platform/crypto.ts'
import type { Database } from './platform/db.ts'

/** Another process may add a key; those that were there go on to serve. */
const keptMs = 60_000

/** What this installation lends to sign-ins by OAuth. */
export function createOAuthTools(
  database: Database,
  keyring: Keyring,
  { publicUrl, plcUrl }: Pick<Config, 'publicUrl' | 'plcUrl'>,
): OAuthTools {
  let kept: { keys: ClientKey[]; until: number } | null = null
  return {
    publicUrl,
    directory: plcUrl,
    alone: database.inTurn,
    async keys() {
      if (kept && kept.until > performance.now()) return kept.keys
      const keys = await clientKeys({ database, keyring })
      kept = { keys, until: performance.now() + keptMs }
      return keys
    },
  }
}
