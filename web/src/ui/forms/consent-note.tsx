import { Trans } from '@lingui/react/macro'
import type { Network } from '../../../../contract/channels.ts'
import { Button } from '../button.tsx'

/** What to know before signing in on the network's own page from this installation's address. */
export function ConsentNote({ network }: { network: Network }) {
  if (network.consent?.standing === 'short')
    return (
      <p className="text-sm text-text-2">
        <Trans>
          You sign in on {network.name}’s own page. Parley has no public https address here, so such
          a sign-in ends by itself after two weeks at most; we tell you, and you sign in again.
        </Trans>
      </p>
    )
  return (
    <p className="text-sm text-text-2">
      <Trans>
        You sign in on {network.name}’s own page and say yes there. Parley never sees your password.
      </Trans>
    </p>
  )
}

/** Why the network's own page is not offered, where it has one. */
export function NoConsentNote({ network }: { network: Network }) {
  if (network.consent?.standing !== 'unavailable') return null
  return (
    <p className="text-xs text-text-3">
      <Trans>
        {network.name} also has a page of its own to sign in on, but it cannot send you back to
        Parley’s address. With an address that begins with https:// it can.
      </Trans>
    </p>
  )
}

/** Between the network's own page and what is typed here. */
export function OtherWay({
  network,
  byHand,
  onChange,
}: {
  network: Network
  byHand: boolean
  onChange(byHand: boolean): void
}) {
  if (network.consent === null || network.consent.standing === 'unavailable') return null
  return (
    <Button look="quiet" onClick={() => onChange(!byHand)}>
      {byHand ? (
        <Trans>Sign in on its own page instead</Trans>
      ) : network.network === 'bluesky' ? (
        <Trans>Use an app password instead</Trans>
      ) : (
        <Trans>Paste an access token instead</Trans>
      )}
    </Button>
  )
}
