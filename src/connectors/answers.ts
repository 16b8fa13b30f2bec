import { HttpError } from '../platform/http.ts'
import type { Failure } from './contract.ts'

/** `sends`: the call makes a post or message. */
type Call = { sends?: boolean }
type Lost = Extract<Failure, { kind: 'unavailable' | 'unknown-outcome' }>

/** An answer that is lost or worthless: of a call that makes a post nobody knows whether it stands. */
export function lost({ sends }: Call, detail: string): Lost {
  return { kind: sends ? 'unknown-outcome' : 'unavailable', detail }
}

/**
 * What a call that `fetch` threw for means; `label` names it to people. An error that is not the client's
 * own means the exchange broke somewhere: the careful answer.
 */
export function noAnswer(call: Call, label: string, error: unknown): Lost {
  const detail = `${label}: ${error instanceof Error ? error.message : String(error)}`
  const nothingSent =
    error instanceof HttpError && (error.kind === 'not-sent' || error.kind === 'refused')
  return nothingSent ? { kind: 'unavailable', detail } : lost(call, detail)
}

/** The body of an answer; of one that is not JSON (a gateway's own page) its beginning. */
export function readJson(text: string): { body: unknown; isJson: boolean } {
  try {
    return { body: JSON.parse(text), isJson: true }
  } catch (error) {
    if (error instanceof SyntaxError) return { body: text.slice(0, 400), isJson: false }
    throw error
  }
}
