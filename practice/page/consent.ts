import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ApiError } from '../api/errors.ts'
import { checkScopes, secret } from '../api/oauth.ts'
import { type Params, params, queryOf } from '../api/params.ts'
import type { Network } from '../network.ts'
import { findApp, insertCode } from '../store/access.ts'
import { html } from './html.ts'
import { sendPageHtml } from './layout.ts'
import { languageOf, wordsFor } from './words.ts'

const outOfBand = 'urn:ietf:wg:oauth:2.0:oob'

const Wish = z.object({
  response_type: z.literal('code'),
  client_id: z.string(),
  redirect_uri: z.string(),
  scope: z.string().default('read'),
  state: z.string().optional(),
  code_challenge: z.string().optional(),
  code_challenge_method: z.string().optional(),
})

/** The page on which the shop's owner says yes to a program. */
export function registerConsent(app: FastifyInstance, net: Network): void {
  app.get('/oauth/authorize', async (request, reply) => {
    const language = languageOf(request)
    const t = wordsFor(language)
    const { wish, client } = checkWish(net, queryOf(request))
    const fields = Object.entries(wish).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
    )
    const body = html`<div class="card"><h2>${client.name} ${t.consent}</h2><p>${t.mayDo}: <code>${wish.scope}</code></p>
<form method="post" action="/oauth/authorize">${fields}<div class="row">
<button class="main" name="answer" value="yes">${t.allow}</button><button name="answer" value="no">${t.deny}</button></div></form></div>`
    return sendPageHtml(reply, { title: client.name, language, body, formsLeave: true })
  })
  app.post('/oauth/authorize', async (request, reply) => decide(net, request, reply))
}

async function decide(
  net: Network,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const asked = await params(request)
  const { wish, client } = checkWish(net, asked)
  const yes = asked.answer === 'yes'
  const code = secret()
  if (yes) {
    insertCode(net.db, {
      code,
      app_id: client.id,
      redirect_uri: wish.redirect_uri,
      scopes: wish.scope,
      challenge: wish.code_challenge ?? null,
      at: net.now(),
      used: 0,
    })
  }
  if (wish.redirect_uri === outOfBand) {
    const language = languageOf(request)
    const t = wordsFor(language)
    const body = html`<div class="card"><h2>${t.yourCode}</h2><p><code>${yes ? code : '-'}</code></p></div>`
    return sendPageHtml(reply, { title: t.yourCode, language, body })
  }
  const back = new URL(wish.redirect_uri)
  if (yes) back.searchParams.set('code', code)
  else {
    back.searchParams.set('error', 'access_denied')
    const told = 'The resource owner or authorization server denied the request.'
    back.searchParams.set('error_description', told)
  }
  if (wish.state !== undefined) back.searchParams.set('state', wish.state)
  return reply.redirect(back.href, 302)
}

function checkWish(net: Network, asked: Params) {
  const parsed = Wish.safeParse(asked)
  if (!parsed.success) {
    throw new ApiError(400, 'invalid_request', {
      error_description:
        'The request is missing a required parameter, includes an unsupported parameter value, or is otherwise malformed.',
    })
  }
  const wish = parsed.data
  const client = findApp(net.db, wish.client_id)
  if (!client) {
    throw new ApiError(401, 'invalid_client', {
      error_description:
        'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
    })
  }
  if (!client.redirect_uris.includes(wish.redirect_uri)) {
    throw new ApiError(400, 'invalid_redirect_uri', {
      error_description: 'The redirect uri included is not valid.',
    })
  }
  if (wish.code_challenge !== undefined && wish.code_challenge_method !== 'S256') {
    throw new ApiError(400, 'invalid_code_challenge_method', {
      error_description: 'The code challenge method must be S256.',
    })
  }
  return { wish: { ...wish, scope: checkScopes(wish.scope, client.scopes) }, client }
}
