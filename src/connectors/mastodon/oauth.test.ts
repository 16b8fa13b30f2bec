import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failureOf, openSession, type World } from '../suite.ts'
import { mastodon } from './mastodon.ts'
import { mastodonOAuth, PendingSignIn } from './oauth.ts'
import { startPracticeWorld } from './practice.world.ts'

const redirectUri = 'http://127.0.0.1:4400/channels/mastodon/return'

describe('signing in on the own server', () => {
  let world: World
  let server: string
  beforeAll(async () => {
    world = await startPracticeWorld()
    server = (await world.connection()).service
  })
  afterAll(() => world.stop())

  it('leads to a connection that may do what Parley does, and no more', async () => {
    const { http } = world
    const { authorizeUrl, pending } = await mastodonOAuth.begin({ server, redirectUri, http })
    const { code, state } = await consent(authorizeUrl)
    const kept = PendingSignIn.parse(JSON.parse(JSON.stringify(pending)))
    const connection = await mastodonOAuth.finish({ pending: kept, code, state, http })
    expect(connection.service).toBe(server)
    expect(mastodon.credential.parse(connection.credential).scope).toContain('write:statuses')
    const { account } = await openSession(mastodon, connection, http)
    expect(Object.values(account.abilities).filter((ability) => !ability.can)).toEqual([])
  })

  it('shows what an access without writing cannot do, with the reason', async () => {
    const { http } = world
    const { authorizeUrl, pending } = await mastodonOAuth.begin({ server, redirectUri, http })
    const { code, state } = await consent(authorizeUrl, 'read:accounts read:notifications')
    const connection = await mastodonOAuth.finish({ pending, code, state, http })
    const { account } = await openSession(mastodon, connection, http)
    expect(account.abilities['receive-public']).toEqual({ can: true })
    expect(account.abilities['reply-public']).toMatchObject({ can: false })
  })

  it('refuses an answer that is not to this sign-in', async () => {
    const { http } = world
    const { authorizeUrl, pending } = await mastodonOAuth.begin({ server, redirectUri, http })
    const { code, state } = await consent(authorizeUrl)
    for (const answer of [
      { code, state: 'forged' },
      { code, state, issuer: 'https://other.example' },
      { code, state, issuer: 'not an address' },
      { code: 'forged', state },
    ])
      expect(await failureOf(mastodonOAuth.finish({ pending, http, ...answer }))).toMatchObject({
        kind: 'rejected',
      })
    const other = { ...pending, verifier: 'somebody else began this' }
    expect(
      await failureOf(mastodonOAuth.finish({ pending: other, code, state, http })),
    ).toMatchObject({
      kind: 'rejected',
    })
  })

  it('says that a server is not one', async () => {
    for (const wrong of ['', 'not a name', `${server}0/`, 'ftp://x.example'])
      await expect(
        mastodonOAuth.begin({ server: wrong, redirectUri, http: world.http }),
      ).rejects.toThrow()
  })
})

/** What the owner does in the browser: says yes on the server's page. */
async function consent(authorizeUrl: string, scope?: string) {
  const url = new URL(authorizeUrl)
  expect(url.searchParams.get('code_challenge_method')).toBe('S256')
  const body = new URLSearchParams(url.searchParams)
  if (scope !== undefined) body.set('scope', scope)
  body.set('answer', 'yes')
  const page = await fetch(`${url.origin}${url.pathname}`, {
    method: 'POST',
    body,
    redirect: 'manual',
  })
  const back = new URL(page.headers.get('location') ?? '')
  expect(back.href.startsWith(redirectUri)).toBe(true)
  return { code: back.searchParams.get('code') ?? '', state: back.searchParams.get('state') ?? '' }
}
