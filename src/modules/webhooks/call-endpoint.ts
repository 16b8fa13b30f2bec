import { cleanText } from '../../platform/fold-text.ts'
import { type HttpClient, HttpError } from '../../platform/http.ts'
import type { Outcome } from './next-step.ts'
import { signedHeaders } from './sign.ts'

const LIMIT_MS = 10_000
const ANSWER_BYTES = 1024

export type Call = { url: string; secret: string; id: string; body: string }

/** Tells an address of one event. Whatever it answers, or does not, is an outcome; nothing is thrown. */
export async function callEndpoint(http: HttpClient, call: Call): Promise<Outcome> {
  const at = new Date()
  const took = () => Date.now() - at.getTime()
  try {
    const response = await http.fetch(call.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...signedHeaders(call.secret, { ...call, at }),
      },
      body: call.body,
      // Handed back as it came: an address may not send us elsewhere.
      redirect: 'manual',
      timeoutMs: LIMIT_MS,
    })
    const answer = await readStart(response)
    const { status } = response
    return { status, answer, problem: problemOf(status), milliseconds: took() }
  } catch (error) {
    const problem = error instanceof HttpError ? wordsOf(error) : 'It could not be called.'
    return { status: null, answer: '', problem, milliseconds: took() }
  }
}

/** The beginning of the answer; what a broken answer still said. */
async function readStart(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  if (!reader) return ''
  const parts: Uint8Array[] = []
  let size = 0
  try {
    while (size < ANSWER_BYTES) {
      const { value } = await reader.read()
      if (value === undefined) break
      parts.push(value)
      size += value.byteLength
    }
    await reader.cancel()
  } catch (error) {
    // The status has come, and it decides; the rest of the answer would only be read by people.
    if (!(error instanceof HttpError)) throw error
  }
  const start = Buffer.concat(parts).subarray(0, ANSWER_BYTES)
  return cleanText(new TextDecoder().decode(start)).slice(0, 1000)
}

function problemOf(status: number): string | null {
  if (status >= 200 && status < 300) return null
  if (status >= 300 && status < 400)
    return 'It answered with a redirect, which is not followed. Give the address it leads to.'
  if (status === 410) return 'It answered that it is gone for good (410).'
  return `It answered with ${status}; 200 to 299 means that it was heard.`
}

function wordsOf({ kind }: HttpError): string {
  switch (kind) {
    case 'refused':
      return 'The address is on a private network or not one that may be asked. Whoever runs Parley can allow it.'
    case 'not-sent':
      return 'No connection could be made.'
    case 'no-answer':
      return 'No answer came within 10 seconds, or the connection broke.'
    case 'too-large':
      return 'Its answer was too large.'
  }
}
