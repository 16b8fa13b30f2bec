import { useLingui } from '@lingui/react/macro'
import type { PrivateReason } from '../../../contract/private-moves.ts'

/** Why something is not said in public, in the reader's language. */
export function useReasonWords(): Record<PrivateReason, string> {
  const { t } = useLingui()
  return {
    order: t`Order or payment data`,
    health: t`Health`,
    address: t`Address or contact data`,
    identity: t`Identity check`,
    other: t`Something else`,
  }
}
