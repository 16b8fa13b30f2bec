export { checkSecrets, type SecretsCheck } from './check-secrets.ts'
export { clientKeys, rotateClientKey } from './client-keys.ts'
export { openSecret, removeSecret, replaceSecret, storeSecret } from './keep-secret.ts'
export { type Rewrapped, rewrapAll } from './rewrap-all.ts'
