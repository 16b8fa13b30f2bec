/** Networks whose accounts are addresses, not names. */
const withoutAt: readonly string[] = ['email', 'feed', 'website']

/** An account's name as people write it, with one @ in front, where the network's names have one. */
export function atHandle({ handle, network }: { handle: string; network: string }): string {
  return withoutAt.includes(network) ? handle : `@${handle.replace(/^@/, '')}`
}
