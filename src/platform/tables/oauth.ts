import type { DefaultTime } from './columns.ts'

export type OAuthTables = {
  'auth.client_keys': {
    kid: string
    key_id: string
    wrapped_key: Buffer
    nonce: Buffer
    ciphertext: Buffer
    created_at: DefaultTime
  }
}
