import { badField } from '../../platform/errors.ts'
import type { SsoDeps } from './deps.ts'
import { SsoRefusal } from './problem.ts'
import { type Connection, discover } from './provider.ts'

/**
 * Reads the provider's description before anything is kept.
 * @returns the issuer as the provider itself writes it
 * @throws bad-input naming `issuer`, in words for whoever fills in the form
 */
export async function checkConnection(
  deps: Pick<SsoDeps, 'http' | 'clock'>,
  connection: Connection,
): Promise<string> {
  try {
    const metadata = (await discover(deps, connection)).serverMetadata()
    if (!metadata.authorization_endpoint || !metadata.token_endpoint || !metadata.jwks_uri)
      throw badField('issuer', 'This provider does not offer to sign people in by OpenID Connect.')
    return metadata.issuer
  } catch (error) {
    if (!(error instanceof SsoRefusal)) throw error
    throw badField('issuer', issuerWords[error.problem === 'away' ? 'away' : 'other'])
  }
}

const issuerWords = {
  away: 'Nothing answered at this address. Check it for typing errors; if it is right, the provider is away just now.',
  other:
    'This is not the address of an OpenID Connect provider: no description of it was found there, or it names another address. It has to begin with https and be the one the provider calls "issuer".',
}
