import { lexicons } from '@atproto/api'
import type { Session } from '../contract.ts'
import { aloneOAuth, noTcp } from '../suite.ts'
import type { BlueskyCredential } from './credential.ts'
import { limitsOf } from './limits.ts'

/** For tests: what a server was asked. */
export type Asked = { name: string; query: URLSearchParams; body: unknown; headers: Headers }
/** Answers by lexicon name: an output of that lexicon, or a refusal. */
export type Answers = Record<string, (asked: Asked) => unknown>

export class Refusal extends Error {
  readonly status: number
  readonly error: string
  constructor(status: number, error: string, message: string) {
    super(message)
    this.status = status
    this.error = error
  }
}

/**
 * For tests: a server that answers as recorded, where no real one can be run. Inputs and outputs must
 * pass the lexicons of the network, so a test cannot be made to fit our own mistakes.
 */
export function recordedServer(answers: Answers): {
  http: Session['http']
  asked: Asked[]
} {
  const asked: Asked[] = []
  const http: Session['http'] = {
    async fetch(input, init = {}) {
      const url = new URL(String(input))
      const name = url.pathname.replace('/xrpc/', '')
      const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : null
      const call = { name, query: url.searchParams, body, headers: new Headers(init.headers) }
      asked.push(call)
      const answer = answers[name]
      if (!answer) return refusal(new Refusal(501, 'MethodNotImplemented', `no ${name} here`))
      if (body !== null) lexicons.assertValidXrpcInput(name, body)
      try {
        const output = await answer(call)
        lexicons.assertValidXrpcOutput(name, output)
        return Response.json(output)
      } catch (error) {
        if (error instanceof Refusal) return refusal(error)
        throw error
      }
    },
    websocket: () => Promise.reject(new Error('there are no websockets here')),
  }
  return { http, asked }
}

/** For tests: a session of an account with an app password that may do everything. */
export function recordedSession(
  http: Session['http'],
  scope = 'com.atproto.appPassPrivileged',
): Session<BlueskyCredential> {
  const credential: BlueskyCredential = {
    kind: 'app-password',
    identifier: 'shop.test',
    password: 'aaaa-bbbb-cccc-dddd',
    tokens: { accessJwt: jwt(scope), refreshJwt: 'r' },
  }
  return {
    http,
    dial: noTcp,
    oauth: aloneOAuth,
    service: 'https://pds.test',
    account: { remoteId: 'did:plc:shop', handle: 'shop.test' },
    credential,
    saveCredential: async () => undefined,
    loadCredential: async () => credential,
    limits: limitsOf({ privately: true }),
    now: () => new Date(),
  }
}

function jwt(scope: string): string {
  return `e30.${Buffer.from(JSON.stringify({ scope })).toString('base64url')}.x`
}

function refusal({ status, error, message }: Refusal): Response {
  return Response.json({ error, message }, { status })
}
