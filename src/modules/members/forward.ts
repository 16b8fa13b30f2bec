import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError, type ErrorCode } from '../../platform/errors.ts'
import type { Auth } from './auth.ts'

const Failure = z.object({ code: z.string().optional(), message: z.string().optional() })

type Forwarded = {
  auth: Auth
  publicUrl: string
  path: string
  method?: 'GET' | 'POST'
  body?: Record<string, unknown>
}

/**
 * Hands a request on to one endpoint of the sign-in machinery, and its cookies back to the browser.
 * @returns the endpoint's JSON, to be parsed
 * @throws AppError in our words when it refuses
 */
export async function forwardToAuth(
  request: FastifyRequest,
  reply: FastifyReply,
  { auth, publicUrl, path, method = 'POST', body = {} }: Forwarded,
): Promise<unknown> {
  const headers = new Headers({
    'content-type': 'application/json',
    // That the request comes from our own page was checked before it came here.
    origin: request.headers.origin ?? publicUrl,
    'x-parley-client': request.ip,
    'user-agent': (request.headers['user-agent'] ?? '').slice(0, 300),
  })
  if (request.headers.cookie !== undefined) headers.set('cookie', request.headers.cookie)
  const response = await auth.handler(
    new Request(`${publicUrl}/api/auth${path}`, {
      method,
      headers,
      ...(method === 'POST' && { body: JSON.stringify(body) }),
    }),
  )
  const text = await response.text()
  const answer: unknown = text === '' ? null : JSON.parse(text)
  if (!response.ok) throw refusal(response.status, answer)
  passCookies(response, reply)
  return answer
}

function passCookies(response: Response, reply: FastifyReply): void {
  for (const cookie of response.headers.getSetCookie()) reply.header('set-cookie', cookie)
}

function refusal(status: number, answer: unknown): Error {
  const parsed = Failure.safeParse(answer)
  const code = parsed.success ? (parsed.data.code ?? '') : ''
  const known = refusals[code]
  if (known) return new AppError(known[0], known[1])
  if (status >= 500) return new Error(`sign-in machinery answered ${status} ${code}`)
  return new AppError('refused', parsed.data?.message ?? 'This cannot be done.')
}

const wrongSignIn = 'The e-mail address or the password is wrong.'
const startAgain =
  'This sign-in took too long or was tried too often. Start again with your password.'
const wrongCode = 'This code is not right. Codes change every 30 seconds; look again.'

/** The machinery's codes in our words. */
const refusals: Record<string, [ErrorCode, string] | undefined> = {
  INVALID_EMAIL_OR_PASSWORD: ['not-signed-in', wrongSignIn],
  INVALID_EMAIL: ['not-signed-in', wrongSignIn],
  INVALID_PASSWORD: ['refused', 'The password is wrong.'],
  NO_MEMBERSHIP: [
    'forbidden',
    'This sign-in belongs to no business here any more. Ask an owner for an invitation.',
  ],
  SSO_ONLY: [
    'forbidden',
    'Your business signs in through its own service. Use its button on the sign-in page.',
  ],
  UNAUTHORIZED: ['not-signed-in', 'Sign in first.'],
  INVALID_CODE: ['not-signed-in', wrongCode],
  CODE_USED: [
    'not-signed-in',
    'This code was used already. Wait for the next one, then sign in again.',
  ],
  INVALID_BACKUP_CODE: ['not-signed-in', 'This backup code is not right, or was used already.'],
  INVALID_TWO_FACTOR_COOKIE: ['not-signed-in', startAgain],
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: ['too-many', startAgain],
  ACCOUNT_TEMPORARILY_LOCKED: [
    'too-many',
    'Too many wrong codes for this account. Wait 15 minutes, or sign in with a passkey.',
  ],
  TOTP_NOT_ENABLED: ['refused', 'No authenticator app is set up for this account.'],
  TOTP_ALREADY_ENABLED: ['conflict', 'An authenticator app is set up already. Remove it first.'],
  SESSION_NOT_FRESH: ['forbidden', 'Sign in again first: this needs a sign-in from the last hour.'],
  CHALLENGE_NOT_FOUND: ['refused', 'This took too long. Try again.'],
  PASSKEY_NOT_FOUND: ['not-signed-in', 'This passkey is not known here.'],
  AUTHENTICATION_FAILED: ['not-signed-in', 'This passkey could not be checked.'],
  FAILED_TO_VERIFY_REGISTRATION: ['refused', 'This passkey could not be checked.'],
  USER_NOT_VERIFIED: [
    'not-signed-in',
    'This device did not check that it is you. Use one that asks for a PIN or a fingerprint.',
  ],
}
