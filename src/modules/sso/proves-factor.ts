const knowledge = new Set(['pwd', 'pin', 'kba'])
const possession = new Set(['otp', 'hwk', 'swk', 'sc', 'fpt', 'face', 'iris', 'retina', 'vbm'])
const contexts = new Set([
  'phr',
  'phrh',
  'https://refeds.org/profile/mfa',
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
])

/**
 * Whether an ID token says that two factors were used: `amr` by RFC 8176, `acr` by OpenID's EAP and
 * REFEDS. A code by SMS or a call does not count as one, here as little as anywhere in Parley. Pure.
 */
export function provesFactor({
  amr,
  acr,
}: {
  amr: readonly string[]
  acr: string | null
}): boolean {
  if (acr !== null && contexts.has(acr)) return true
  if (amr.includes('mfa')) return true
  return amr.some((one) => knowledge.has(one)) && amr.some((one) => possession.has(one))
}
