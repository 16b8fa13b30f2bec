import { z } from 'zod'
import { type Ability, type Account, ConnectorError } from '../contract.ts'
import { type Api, apiOf, ask, type MastodonSession } from './api.ts'
import { mayHave } from './credential.ts'
import { askInstance, domainOf, limitsOf, streamOf } from './limits.ts'
import { RemoteAccount } from './schemas.ts'

const can: Ability = { can: true }
const cannot = (code: string, why: string): Ability => ({
  can: false,
  why,
  code: `mastodon.${code}`,
})

/** Who the token belongs to, what it may do and what the server allows. Throws ConnectorError. */
export async function verify(session: MastodonSession): Promise<Account> {
  const api = apiOf(session)
  const account = await ask(api, { path: '/api/v1/accounts/verify_credentials' }, RemoteAccount)
  const instance = await askInstance({ ...api, token: null })
  const reading = await mayRead(api)
  const writing = mayHave(session.credential, 'write:statuses')
    ? can
    : cannot(
        'no-write',
        'The access that was granted does not include writing posts (write:statuses).',
      )
  const uploading = mayHave(session.credential, 'write:media')
    ? writing
    : cannot(
        'no-media',
        'The access that was granted does not include uploading media (write:media).',
      )
  const streaming = streamOf(instance)
    ? reading
    : cannot(
        'no-stream',
        'This server has no event stream that can be read; it is asked for news instead.',
      )
  const domain = domainOf(instance, session.service)
  const handle = account.acct.includes('@') ? account.acct : `${account.acct}@${domain}`
  return {
    remoteId: account.id,
    handle,
    displayName: account.display_name || handle,
    avatarUrl: account.avatar,
    profileUrl: account.url ?? `${session.service}/@${account.acct}`,
    limits: limitsOf(instance, session.now()),
    abilities: {
      'receive-public': reading,
      'receive-private': reading,
      'reply-public': writing,
      'reply-private': writing,
      media: uploading,
      'alt-text': uploading,
      'content-warning': writing,
      'follow-edits': reading,
      'follow-deletions': reading,
      stream: streaming,
    },
  }
}

/** Asked rather than believed: a token pasted by hand does not tell its scopes. */
async function mayRead(api: Api): Promise<Ability> {
  const call = { path: '/api/v1/notifications', query: { limit: '1' } }
  try {
    await ask(api, call, z.array(z.unknown()))
    return can
  } catch (error) {
    const isScope =
      error instanceof ConnectorError &&
      error.failure.kind === 'auth-expired' &&
      error.failure.lost === 'scope'
    if (!isScope) throw error
    return cannot(
      'no-read',
      'The access that was granted does not include reading notifications (read).',
    )
  }
}
