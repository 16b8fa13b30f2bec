import type { Failure, Sent } from '../../connectors/contract.ts'
import { unreachable } from '../../platform/errors.ts'

export type MailStanding = {
  /** Attempts so far, this one included. */
  attempts: number
  /** Repeats made before this attempt although an earlier one may have succeeded. */
  repeats: number
  /** An earlier attempt may have succeeded. */
  inDoubt: boolean
  createdAt: Date
  now: Date
}

/** What becomes of a mail after an attempt. `wait`: again at `at`; `inDoubt` asks to look first. */
export type MailStep =
  | { do: 'sent'; sent: Sent }
  | { do: 'wait'; at: Date; inDoubt: boolean; repeats: number; problem: string }
  | { do: 'fail'; problem: string }
  | { do: 'unknown'; problem: string }

const second = 1000
const longestPause = 300 * second
/** As mail servers do (RFC 5321 4.5.4.1: 4 to 5 days), and an invitation is stale by then. */
const givesUpAfter = 4 * 86_400 * second

export const doubtWords =
  'It was handed over twice and the connection broke both times, so it may or may not have arrived.'

/** After an attempt that failed. Pure. */
export function afterMail(failure: Failure, standing: MailStanding): MailStep {
  const { inDoubt, repeats, now } = standing
  switch (failure.kind) {
    case 'rejected':
      return inDoubt
        ? { do: 'unknown', problem: `An earlier try may have arrived. Then: ${failure.reason}` }
        : { do: 'fail', problem: failure.reason }
    case 'unknown-outcome':
      // A doubt about the repeat is the second one: after the next look it is over.
      return {
        do: 'wait',
        at: new Date(now.getTime() + 5 * second),
        inDoubt: true,
        repeats: inDoubt ? repeats + 1 : repeats,
        problem: failure.detail,
      }
    case 'rate-limited':
      return wait(standing, failure.retryAt, failure.detail)
    case 'auth-expired':
      return wait(standing, new Date(now.getTime() + 60 * second), failure.detail)
    case 'unavailable':
      return wait(standing, backOff(standing), failure.detail)
    default:
      return unreachable(failure)
  }
}

function wait(standing: MailStanding, asked: Date, problem: string): MailStep {
  const { now, createdAt, inDoubt, repeats } = standing
  if (now.getTime() - createdAt.getTime() > givesUpAfter)
    return inDoubt ? { do: 'unknown', problem: doubtWords } : { do: 'fail', problem }
  const pause = Math.min(Math.max(asked.getTime() - now.getTime(), second), 3600 * second)
  return { do: 'wait', at: new Date(now.getTime() + pause), inDoubt, repeats, problem }
}

/** 2, 4, 8 … seconds, at most 5 minutes. */
function backOff({ now, attempts }: MailStanding): Date {
  return new Date(now.getTime() + Math.min(2 ** Math.min(attempts, 20) * second, longestPause))
}
