import { useLingui } from '@lingui/react/macro'
import type { DeliveryView } from '../../../../contract/deliveries.ts'
import { serverWords } from '../../lib/server-words.ts'
import type { Tone } from '../../ui/messages.tsx'

export type DeliveryWords = { tone: Tone; title: string; detail: string | null }

/** How a sending stands and what to do about it, in plain words; never more than is known. */
export function useDeliveryWords(): (delivery: DeliveryView, networkName: string) => DeliveryWords {
  const { t } = useLingui()
  return (delivery, networkName) => {
    const { reason } = delivery
    const detail = reason ? serverWords(reason.detail) : null
    switch (delivery.state) {
      case 'queued':
        return reason?.kind === 'rate-limited' || reason?.kind === 'unavailable'
          ? { tone: 'soon', title: t`Waiting for ${networkName}`, detail }
          : { tone: 'plain', title: t`Waiting to leave`, detail: null }
      case 'held':
        return {
          tone: 'soon',
          title: t`Held back`,
          detail: heldWords(reason?.kind) ?? detail,
        }
      case 'sending':
        // A reason is the doubt that an earlier try left.
        if (reason)
          return {
            tone: 'soon',
            title: t`Looking whether it stands on ${networkName}`,
            detail: t`The connection broke while it was being sent. It is not sent again before that is known.`,
          }
        return { tone: 'plain', title: t`Sending to ${networkName}`, detail: null }
      case 'sent':
        return { tone: 'ok', title: t`Stands on ${networkName}`, detail: null }
      case 'failed':
        return { tone: 'late', title: t`Not sent`, detail }
      case 'unknown':
        return {
          tone: 'soon',
          title: t`We do not know whether it stands on ${networkName}`,
          detail: t`The connection broke while it was being sent. It is not sent again by itself, so that it cannot stand there twice. Look, and decide.`,
        }
      case 'cancelled':
        return { tone: 'plain', title: t`Taken back before it left`, detail: null }
    }
  }

  function heldWords(kind: string | undefined): string | null {
    switch (kind) {
      case 'auth-expired':
        return t`The account is not connected any more. Connect it again in Settings, and this leaves by itself.`
      case 'order':
        return t`An earlier reply to the same customer has to be settled first.`
      default:
        return null
    }
  }
}
