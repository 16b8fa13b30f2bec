import { z } from 'zod'
import { type Ability, type Account, ConnectorError } from '../contract.ts'
import { type Api, apiOf, ask, type BlueskySession } from './api.ts'
import { chatCall } from './chat.ts'
import { lacksPrivateMessages } from './credential.ts'
import { limitsOf } from './limits.ts'
import { Profile } from './schemas.ts'

const can: Ability = { can: true }
const cannot = (why: string, code?: string): Ability => ({
  can: false,
  why,
  ...(code === undefined ? {} : { code: `bluesky.${code}` }),
})

const Me = z.object({
  did: z.string().startsWith('did:'),
  handle: z.string(),
  active: z.boolean().optional(),
  status: z.string().optional(),
})

/** Who the app password belongs to and what it may do. Throws ConnectorError. */
export async function verify(session: BlueskySession): Promise<Account> {
  const api = apiOf(session)
  const me = await ask(api, { name: 'com.atproto.server.getSession' }, Me)
  if (me.active === false) throw shut(me.status)
  const query = { actor: me.did }
  const profile = await ask(api, { name: 'app.bsky.actor.getProfile', query }, Profile)
  const handle = me.handle === 'handle.invalid' || me.handle === '' ? me.did : me.handle
  const privately = await privateMessages(api)
  return {
    remoteId: me.did,
    handle,
    displayName: profile.displayName || handle,
    avatarUrl: profile.avatar ?? null,
    profileUrl: `https://bsky.app/profile/${handle}`,
    limits: limitsOf({ privately: privately.can }),
    abilities: {
      'receive-public': can,
      'receive-private': privately,
      'reply-public': can,
      'reply-private': privately,
      media: can,
      'alt-text': can,
      'content-warning': cannot(
        'Bluesky has labels for a few kinds of content, but no warnings in one’s own words.',
        'labels-only',
      ),
      'follow-edits': can,
      'follow-deletions': can,
      stream: cannot(
        'Bluesky has no stream of what concerns one account; it is asked for news every few seconds.',
        'no-stream',
      ),
    },
  }
}

/** Asked rather than believed, unless the token itself says that it may not. */
async function privateMessages(api: Api): Promise<Ability> {
  if (lacksPrivateMessages(api.credential)) return noAccess(api)
  try {
    await ask(
      api,
      chatCall('listConvos', { query: { limit: '1' } }),
      z.object({ convos: z.unknown() }),
    )
    return can
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error
    const { failure } = error
    switch (failure.kind) {
      case 'auth-expired':
        if (failure.lost === 'token') throw error
        return noAccess(api)
      case 'rejected':
        return cannot(`Bluesky refuses private messages for this account: ${failure.reason}`)
      case 'rate-limited':
      case 'unavailable':
      case 'unknown-outcome':
        return cannot(`Bluesky’s service for private messages does not answer: ${failure.detail}`)
    }
  }
}

function noAccess({ credential }: Api): Ability {
  return credential.kind === 'oauth' ? NOT_GRANTED : NOT_ALLOWED
}

const NOT_GRANTED = cannot(
  'This sign-in was made without access to private messages. Sign in again and allow them.',
  'not-granted',
)
const NOT_ALLOWED = cannot(
  'This app password was made without access to private messages. Make one with “Allow access to your direct messages” and connect with that.',
  'no-private',
)

function shut(status: string | undefined): ConnectorError {
  const detail = `The account is not active (${status ?? 'deactivated'}). Reactivate it on Bluesky.`
  return new ConnectorError({ kind: 'auth-expired', lost: 'token', detail })
}
