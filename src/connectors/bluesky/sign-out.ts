import type { BlueskySession } from './api.ts'
import { rejected } from './api.ts'
import { revokeGrant } from './oauth-session.ts'
import { type Call, exchange } from './xrpc.ts'

/** Ends the sign-in, or what was made of an app password (which itself only its owner can take back). */
export async function signOut(session: BlueskySession): Promise<void> {
  const { credential, http, service } = session
  if (credential.kind === 'oauth') return revokeGrant(session, credential)
  const token = credential.tokens?.refreshJwt
  if (token === undefined) return
  const call: Call = { name: 'com.atproto.server.deleteSession', post: true }
  const way = { http, base: credential.pds ?? service, token, now: () => session.now() }
  const answer = await exchange(way, call)
  // A token that has ended already is what was asked for.
  if (answer.status >= 300 && answer.status !== 400 && answer.status !== 401) throw rejected(answer)
}
