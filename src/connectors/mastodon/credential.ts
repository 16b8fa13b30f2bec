import { z } from 'zod'

/** What the vault keeps for a Mastodon account. `scope`: what was granted, where the server said so. */
export const MastodonCredential = z.object({
  accessToken: z.string().min(1),
  scope: z.string().nullable().default(null),
})
export type MastodonCredential = z.infer<typeof MastodonCredential>

/** True when the scope is granted, or when nobody told us which are (then the server decides). */
export function mayHave(credential: MastodonCredential, scope: string): boolean {
  if (credential.scope === null) return true
  const granted = credential.scope.split(/[\s+]+/)
  return granted.includes(scope) || granted.includes(scope.split(':')[0] ?? scope)
}
