import webPush from 'web-push'
import { type HttpClient, HttpError } from '../../platform/http.ts'
import type { SubscriptionRow } from './push-store.ts'
import type { PushMessage } from './write-call.ts'

/**
 * How a push service answered. `gone`: the browser takes none any more. `later`: it may take it at
 * another try, after `pauseMs` when it said so.
 */
export type PushOutcome =
  | { kind: 'sent' }
  | { kind: 'gone'; problem: string }
  | { kind: 'later'; problem: string; pauseMs: number | null }
  | { kind: 'failed'; problem: string }

export type Sender = { publicKey: string; privateKey: string; publicUrl: string }

const LIMIT_MS = 10_000
/** The push service keeps it so long for a browser that is off. An older one would wake nobody in time. */
const KEPT_SECONDS = 15 * 60

/**
 * Encrypts a message for one browser (RFC 8291), signs it as this workspace (RFC 8292) and hands it to the
 * browser's push service (RFC 8030) by the guarded way out: the address is what a browser said, or
 * anybody. Whatever comes back is an outcome; nothing is thrown.
 * @param topic of two that wait under one topic (at most 32 characters of base64url) only the newer is shown
 */
export async function sendPush(
  http: HttpClient,
  sender: Sender,
  {
    subscription,
    message,
    topic,
  }: { subscription: Recipient; message: PushMessage; topic: string },
): Promise<PushOutcome> {
  const { endpoint, p256dh, auth } = subscription
  const { publicKey, privateKey, publicUrl } = sender
  try {
    const made = webPush.generateRequestDetails(
      { endpoint, keys: { p256dh, auth } },
      JSON.stringify(message),
      {
        vapidDetails: { subject: subjectOf(publicUrl), publicKey, privateKey },
        TTL: KEPT_SECONDS,
        urgency: 'high',
        topic,
      },
    )
    const headers = Object.entries(made.headers ?? {}).flatMap(
      ([name, value]): [string, string][] =>
        // Said by whoever sends the body.
        name.toLowerCase() === 'content-length' ? [] : [[name, String(value)]],
    )
    const response = await http.fetch(endpoint, {
      method: 'POST',
      headers,
      body: Uint8Array.from(made.body ?? []),
      redirect: 'manual',
      timeoutMs: LIMIT_MS,
    })
    await response.body?.cancel()
    return outcomeOf(response)
  } catch (error) {
    if (error instanceof HttpError) return failureOf(error)
    // Keys that no curve point belongs to: the library names them, the next try would fail too.
    return { kind: 'failed', problem: 'No message can be encrypted for this browser.' }
  }
}

export type Recipient = Pick<SubscriptionRow, 'endpoint' | 'p256dh' | 'auth'>

function outcomeOf(response: Response): PushOutcome {
  const { status } = response
  if (status >= 200 && status < 300) return { kind: 'sent' }
  if (status === 404 || status === 410)
    return {
      kind: 'gone',
      problem: 'The browser takes no messages any more. Turn them on there again.',
    }
  const problem = `The push service answered with ${status}.`
  if (status === 429 || status >= 500)
    return { kind: 'later', problem, pauseMs: pauseOf(response.headers.get('retry-after')) }
  return { kind: 'failed', problem }
}

function pauseOf(retryAfter: string | null): number | null {
  return retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : null
}

function failureOf({ kind }: HttpError): PushOutcome {
  switch (kind) {
    case 'refused':
      return { kind: 'failed', problem: 'The address is one that may not be called.' }
    case 'not-sent':
      return { kind: 'later', problem: 'The push service could not be reached.', pauseMs: null }
    case 'no-answer':
    case 'too-large':
      return { kind: 'later', problem: 'The push service did not answer.', pauseMs: null }
  }
}

/** Whom a push service may complain to: a web address, which must be https (RFC 8292 2.1), or a mail address. */
function subjectOf(publicUrl: string): string {
  const url = new URL(publicUrl)
  return url.protocol === 'https:' ? url.origin : `mailto:operator@${url.hostname}`
}
