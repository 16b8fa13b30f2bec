import type { DeliveryReason } from '../../../contract/deliveries.ts'
import type { Failure, Found, Sent } from '../../connectors/contract.ts'
import { unreachable } from '../../platform/errors.ts'

/** Where one delivery stands when a worker takes it up. */
export type Standing = {
  /** Times it was sent, this time included. */
  attempts: number
  /** Times it was looked for since the outcome became uncertain, this time included. */
  looks: number
  /** An earlier send may still take effect: whatever came of the one after it does not settle that. */
  inDoubt: boolean
  now: Date
}

/**
 * What becomes of a delivery after a send or a look:
 * - `sent`: it stands on the network.
 * - `wait`: again at `at`; `inDoubt` asks to look first, because the last send may have taken effect.
 * - `send`: send now, with the same key.
 * - `hold`: until the channel is mended.
 * - `fail`, `unknown`: for a person.
 */
export type Step =
  | { do: 'sent'; sent: Sent }
  | { do: 'wait'; at: Date; inDoubt: boolean; reason: DeliveryReason }
  | { do: 'send' }
  | { do: 'hold'; inDoubt: boolean; reason: DeliveryReason }
  | { do: 'fail'; reason: DeliveryReason }
  | { do: 'unknown'; reason: DeliveryReason }

const second = 1000
const lookDelays = [1, 3, 8, 20, 40].map((seconds) => seconds * second)

/** After a send that failed. A doubt about an earlier send outlives it. Pure. */
export function afterSend(failure: Failure, standing: Standing): Step {
  const { now, inDoubt } = standing
  const at = now.toISOString()
  switch (failure.kind) {
    case 'rejected':
      return inDoubt
        ? { do: 'unknown', reason: { kind: 'unknown-outcome', detail: refused(failure), at } }
        : { do: 'fail', reason: { kind: 'rejected', detail: failure.reason, at } }
    case 'auth-expired': {
      const reason: DeliveryReason = { kind: 'auth-expired', detail: failure.detail, at }
      // A permission that the sign-in never had does not come back by waiting, as an expired token does.
      return failure.lost === 'scope' && !inDoubt
        ? { do: 'fail', reason }
        : { do: 'hold', inDoubt, reason }
    }
    case 'rate-limited':
      return wait(failure, later(now, failure.retryAt), inDoubt, now)
    case 'unavailable':
      return wait(failure, backOff(now, standing.attempts), inDoubt, now)
    case 'unknown-outcome':
      // Soon at first; a network that loses every answer is not asked every second for ever.
      return wait(failure, backOff(now, standing.attempts, 60 * second), true, now)
    default:
      return unreachable(failure)
  }
}

/**
 * After a look that gave an answer. One post that can be ours is ours. None: send again where the
 * network knows the key, so that a request that is still on its way cannot make a second post;
 * elsewhere look a few times more, then leave it to a person. Several: a person says which. Pure.
 */
export function afterLook(found: Found, standing: Standing): Step {
  const { now, looks } = standing
  const [first, ...others] = found.matches
  if (first && others.length === 0) return { do: 'sent', sent: first }
  const reason: DeliveryReason = {
    kind: 'unknown-outcome',
    detail: found.looked,
    at: now.toISOString(),
    candidates: found.matches.map(({ remoteId, url, at }) => ({
      remoteId,
      url,
      at: at.toISOString(),
    })),
  }
  if (first) return { do: 'unknown', reason }
  if (found.repeatSafe) return { do: 'send' }
  const delay = lookDelays[looks]
  if (delay === undefined) return { do: 'unknown', reason }
  const at = new Date(now.getTime() + delay)
  return { do: 'wait', at, inDoubt: true, reason: { ...reason, retryAt: at.toISOString() } }
}

/** On a network that cannot be asked what it was sent: only a person can look there. Pure. */
export function withoutLook(name: string, { now }: Standing): Extract<Step, { do: 'unknown' }> {
  const detail = `${name} cannot be asked what was sent to it. Look there whether the reply stands.`
  return { do: 'unknown', reason: { kind: 'unknown-outcome', detail, at: now.toISOString() } }
}

/** After a look that failed: nothing is known yet, so nothing is sent. Pure. */
export function afterFailedLook(failure: Failure, standing: Standing): Step {
  const { now, looks } = standing
  switch (failure.kind) {
    case 'auth-expired':
      return {
        do: 'hold',
        inDoubt: true,
        reason: { kind: 'auth-expired', detail: failure.detail, at: now.toISOString() },
      }
    case 'rate-limited':
      return wait(failure, later(now, failure.retryAt), true, now)
    case 'rejected':
      return {
        do: 'unknown',
        reason: { kind: 'unknown-outcome', detail: failure.reason, at: now.toISOString() },
      }
    case 'unavailable':
    case 'unknown-outcome':
      return wait(failure, backOff(now, looks), true, now)
    default:
      return unreachable(failure)
  }
}

type Waiting = Exclude<Failure, { kind: 'rejected' } | { kind: 'auth-expired' }>

function wait(failure: Waiting, at: Date, inDoubt: boolean, now: Date): Step {
  const reason: DeliveryReason = {
    kind: failure.kind,
    detail: failure.detail,
    at: now.toISOString(),
    retryAt: at.toISOString(),
  }
  return { do: 'wait', at, inDoubt, reason }
}

function refused({ reason }: Extract<Failure, { kind: 'rejected' }>): string {
  return `An earlier try may still stand on the network; when it was repeated, the network refused: ${reason}`
}

/** 1, 2, 4 … seconds, at most `most` (5 minutes): an outage is waited out, however long. */
function backOff(now: Date, tries: number, most = 300 * second): Date {
  const delay = Math.min(2 ** Math.min(tries - 1, 20) * second, most)
  return new Date(now.getTime() + delay)
}

/** Never sooner than a second from now, whatever a network says; never later than an hour. */
function later(now: Date, asked: Date): Date {
  const wait = Math.min(Math.max(asked.getTime() - now.getTime(), second), 3600 * second)
  return new Date(now.getTime() + wait)
}
