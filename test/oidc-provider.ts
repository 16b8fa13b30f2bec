import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import Provider from 'oidc-provider'

export type Account = {
  email?: string
  email_verified?: boolean
  name?: string
  amr?: string[]
}

export type OidcServer = {
  issuer: string
  clientId: string
  clientSecret: string
  /** Who can sign in there, by login name; the login name is the subject. */
  accounts: Map<string, Account>
  /** Answers a path instead of the provider, until it is taken out again. */
  faults: Map<string, (request: IncomingMessage, response: ServerResponse) => void>
  /** Keys of somebody else, as a key set. */
  foreignKeys: string
  stop(): Promise<void>
}

/** A certified OpenID provider of its own on this machine, with a login page that takes any password. */
export async function startOidcServer(options: { redirectUri: string }): Promise<OidcServer> {
  const accounts = new Map<string, Account>()
  const faults: OidcServer['faults'] = new Map()
  const clientId = 'parley'
  const clientSecret = 'a secret of the client, forty characters or so'
  let handle: ((request: IncomingMessage, response: ServerResponse) => void) | null = null
  const server = createServer((request, response) => {
    const fault = faults.get(new URL(request.url ?? '/', 'http://x').pathname)
    if (fault) fault(request, response)
    else handle?.(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const issuer = `http://127.0.0.1:${address.port}`
  const key = makeKey('the provider’s')
  const provider = new Provider(issuer, {
    clients: [
      { client_id: clientId, client_secret: clientSecret, redirect_uris: [options.redirectUri] },
    ],
    jwks: { keys: [key.own] },
    cookies: { keys: ['a key of the test only'] },
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_ctx, id) => {
      const account = accounts.get(id)
      if (!account) return undefined
      const { amr: _, ...claims } = account
      return { accountId: id, claims: async () => ({ sub: id, ...claims }) }
    },
    pkce: { required: () => true },
  })
  // Its login page says nothing of factors; this is how a page of one's own would say it.
  const finish = provider.interactionFinished.bind(provider)
  provider.interactionFinished = (request, response, result, more) => {
    const amr = accounts.get(result.login?.accountId ?? '')?.amr
    const login = result.login && { ...result.login, ...(amr && { amr }) }
    return finish(request, response, { ...result, ...(login && { login }) }, more)
  }
  handle = provider.callback()
  return {
    issuer,
    clientId,
    clientSecret,
    accounts,
    faults,
    foreignKeys: JSON.stringify({ keys: [makeKey('the provider’s').shown] }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/**
 * What a person's browser does at the provider: signs in, agrees, and is sent back.
 * @returns the path and query at Parley that it is sent to
 */
export async function signInAtProvider(
  address: string,
  login: string,
  answer: 'yes' | 'no' = 'yes',
): Promise<string> {
  const cookies = new Map<string, string>()
  let url = new URL(address)
  const home = url.origin
  let response = await visit(url, cookies)
  for (let steps = 0; steps < 12; steps++) {
    const location = response.headers.get('location')
    if (location !== null) {
      url = new URL(location, url)
      if (url.origin !== home) return `${url.pathname}${url.search}`
      response = await visit(url, cookies)
      continue
    }
    const html = await response.text()
    const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1]
    if (prompt === undefined) throw new Error(`${response.status} at ${url.pathname}: ${html}`)
    if (answer === 'no') {
      response = await visit(new URL(`${url.pathname}/abort`, url), cookies)
      continue
    }
    const form = new URLSearchParams({
      prompt,
      ...(prompt === 'login' && { login, password: 'x' }),
    })
    response = await visit(url, cookies, form)
  }
  throw new Error('the provider never sent the browser back')
}

async function visit(
  url: URL,
  cookies: Map<string, string>,
  form?: URLSearchParams,
): Promise<Response> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const response = await fetch(url, {
    redirect: 'manual',
    headers: { cookie },
    ...(form && { method: 'POST', body: form }),
  })
  for (const line of response.headers.getSetCookie()) {
    const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
    if (value === '') cookies.delete(name)
    else cookies.set(name, value)
  }
  return response
}

function makeKey(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const about = { kid, alg: 'RS256', use: 'sig' }
  return {
    own: { ...privateKey.export({ format: 'jwk' }), ...about },
    shown: { ...publicKey.export({ format: 'jwk' }), ...about },
  }
}
