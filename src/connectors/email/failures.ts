import { HttpError } from '../../platform/http.ts'
import { ConnectorError, type Failure } from '../contract.ts'
import type { MailServer } from './credential.ts'

/** When a server asks to come later and does not say when (RFC 5321 4.5.4.1 speaks of minutes). */
const LATER_MS = 60_000

export function rejected(reason: string, cause?: unknown): ConnectorError {
  return new ConnectorError({ kind: 'rejected', reason }, { cause })
}

export function unavailable(detail: string, cause?: unknown): ConnectorError {
  return new ConnectorError({ kind: 'unavailable', detail }, { cause })
}

/** How a server is called in messages. */
export function nameOf({ host, port }: MailServer): string {
  return `${host}:${port}`
}

/** Whatever went wrong on the way to a server, before it was spoken to. */
export function notReached(server: MailServer, cause: unknown): ConnectorError {
  if (cause instanceof ConnectorError) return cause
  if (cause instanceof HttpError && cause.kind === 'refused') return rejected(cause.message, cause)
  return unavailable(cause instanceof HttpError ? cause.message : wordsOf(server, cause), cause)
}

export function wordsOf(server: MailServer, error: unknown): string {
  return `${nameOf(server)}: ${error instanceof Error ? error.message : String(error)}`.slice(
    0,
    500,
  )
}

/** What nodemailer and imapflow attach to their errors; read, never trusted. */
export type MailError = {
  code: string
  /** Numeric SMTP reply; 0: there was none. */
  responseCode: number
  response: string
}

export function readMailError(error: unknown): MailError {
  const said: Record<string, unknown> = error instanceof Error ? { ...error } : {}
  const { code, responseCode, response } = said
  const words = typeof response === 'string' ? response : ''
  return {
    code: typeof code === 'string' ? code : '',
    // A server that ends the connection (421) is told without the number apart.
    responseCode:
      typeof responseCode === 'number' ? responseCode : Number(/^\d{3}\b/.exec(words)?.[0] ?? 0),
    response: words,
  }
}

type Circumstances = { server: MailServer; now: Date; bodyBegun: boolean }

/**
 * What an SMTP failure means. A reply is the server's word: 4xx was not taken and may be tried again,
 * 5xx was refused. Without one, nothing was done as long as the message's text was not begun; after
 * that nobody knows.
 */
export function smtpFailure(error: unknown, { server, now, bodyBegun }: Circumstances): Failure {
  const { code, responseCode, response } = readMailError(error)
  const words = response ? `${nameOf(server)}: ${response}`.slice(0, 500) : wordsOf(server, error)
  if (code === 'EAUTH' && !(responseCode >= 400 && responseCode < 500))
    return { kind: 'auth-expired', lost: 'token', detail: words }
  if (responseCode === 530 || responseCode === 535)
    return { kind: 'auth-expired', lost: 'token', detail: words }
  if (responseCode >= 500) return { kind: 'rejected', reason: words }
  if (responseCode >= 400)
    return /\b4\.7\.\d|\b4\.3\.2\b|too many|rate|throttl/i.test(response)
      ? { kind: 'rate-limited', retryAt: new Date(now.getTime() + LATER_MS), detail: words }
      : { kind: 'unavailable', detail: words }
  if (bodyBegun) return { kind: 'unknown-outcome', detail: words }
  if (code === 'EENVELOPE' || code === 'EMESSAGE') return { kind: 'rejected', reason: words }
  return { kind: 'unavailable', detail: words }
}
