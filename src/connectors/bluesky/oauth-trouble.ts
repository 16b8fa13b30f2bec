import { OAuthResponseError, TokenRefreshError } from '@atproto/oauth-client'
import { HttpError } from '../../platform/http.ts'
import { ConnectorError, type Failure } from '../contract.ts'

/**
 * What an error of the library means, in the contract's terms. `otherwise`: the failure when it is none
 * that can be told from here.
 */
export function troubleOf(
  error: unknown,
  { now, otherwise }: { now: Date; otherwise(words: string): Failure },
): ConnectorError {
  const own = inChain(error, ConnectorError)
  if (own) return own
  const options = { cause: error }
  const unreachable = inChain(error, HttpError)
  if (unreachable?.kind === 'refused')
    return new ConnectorError(
      {
        kind: 'rejected',
        reason: `an address of this account is not allowed: ${unreachable.message}`,
      },
      options,
    )
  if (unreachable)
    return new ConnectorError({ kind: 'unavailable', detail: unreachable.message }, options)
  const answer = inChain(error, OAuthResponseError)
  if (answer?.status === 429) {
    const seconds = Number(answer.headers.get('retry-after')) || 60
    const retryAt = new Date(now.getTime() + Math.min(seconds, 86_400) * 1000)
    return new ConnectorError({ kind: 'rate-limited', retryAt, detail: answer.message }, options)
  }
  if (answer && answer.status >= 500)
    return new ConnectorError({ kind: 'unavailable', detail: wordsOf(answer) }, options)
  return new ConnectorError(otherwise(wordsOf(answer ?? error)), options)
}

/** True when the server itself said that these tokens are over: another try can only say so again. */
export function isOver(error: unknown): boolean {
  const answer = inChain(error, OAuthResponseError)
  if (answer) return answer.status === 400 && answer.error === 'invalid_grant'
  return error instanceof TokenRefreshError
}

/** The server's words where it gave any. */
export function wordsOf(error: unknown): string {
  const words =
    error instanceof OAuthResponseError
      ? (error.errorDescription ?? error.error)
      : error instanceof Error
        ? error.message
        : String(error)
  return (words ?? 'no reason was given').slice(0, 400)
}

type ErrorClass<Found extends Error> = abstract new (...values: never[]) => Found

/** The first error of a class among an error, its causes, and what an AggregateError gathers. */
function inChain<Found extends Error>(error: unknown, type: ErrorClass<Found>): Found | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof type) return each
    if (each instanceof AggregateError)
      for (const one of each.errors) {
        const found = inChain(one, type)
        if (found) return found
      }
  }
  return null
}
