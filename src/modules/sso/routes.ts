import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { SsoProviderId } from '../../../contract/ids.ts'
import {
  SsoAddress,
  SsoProvider,
  SsoProviderInput,
  SsoProviders,
  SsoStateInput,
} from '../../../contract/sso.ts'
import type { App } from '../../platform/http-server.ts'
import { authorize } from '../access/index.ts'
import { browserSecret, newSecret, secretCookie } from './attempt.ts'
import {
  addProvider,
  changeProvider,
  readProviders,
  removeProvider,
  switchProvider,
  tryProvider,
} from './change-providers.ts'
import { returnAddress, type SsoDeps } from './deps.ts'
import { mayManageSignIn } from './policy.ts'
import { registerSsoSignIn } from './sign-in-routes.ts'
import { inProblemWords } from './try-words.ts'

const tags = ['single sign-on']
const params = z.object({ id: SsoProviderId })
const access = 'manage-workspace' as const
const base = '/api/v1/sign-in-providers'

/** Single sign-on by OpenID Connect: who vouches for people, and signing in through them. */
export function registerSso(app: App, deps: SsoDeps): void {
  registerSsoSignIn(app, deps)
  registerProviders(app, deps)
  registerOneProvider(app, deps)
}

// Before the input is looked at, as the guard does: an API key learns nothing here, not even what is asked.
function onlyManagers({ actorOf }: SsoDeps) {
  return async (request: FastifyRequest): Promise<void> => {
    const actor = actorOf(request)
    authorize(actor, mayManageSignIn(actor))
  }
}

function registerProviders(app: App, deps: SsoDeps): void {
  const preValidation = onlyManagers(deps)
  app.get(
    base,
    {
      config: { access },
      preValidation,
      schema: { summary: 'Providers of single sign-on', tags, response: { 200: SsoProviders } },
    },
    async (request) => ({
      items: await readProviders(deps, deps.actorOf(request)),
      returnAddress: returnAddress(deps.publicUrl),
    }),
  )
  app.post(
    base,
    {
      config: { access },
      preValidation,
      schema: {
        summary: 'Add a provider of single sign-on; it is off until it was tried',
        tags,
        body: SsoProviderInput,
        response: { 201: SsoProvider },
      },
    },
    async (request, reply) => {
      reply.code(201)
      return addProvider(deps, deps.actorOf(request), request.body)
    },
  )
}

function registerOneProvider(app: App, deps: SsoDeps): void {
  const preValidation = onlyManagers(deps)
  app.put(
    `${base}/:id`,
    {
      config: { access },
      preValidation,
      schema: {
        summary: 'Change a provider; another connection has to be tried again',
        tags,
        params,
        body: SsoProviderInput,
        response: { 200: SsoProvider },
      },
    },
    async (request) => {
      const { id } = request.params
      return changeProvider(deps, deps.actorOf(request), { id, input: request.body })
    },
  )
  app.put(
    `${base}/:id/state`,
    {
      config: { access },
      preValidation,
      schema: {
        summary: 'Switch a provider on or off, or make everybody but owners use it',
        tags,
        params,
        body: SsoStateInput,
        response: { 200: SsoProvider },
      },
    },
    async (request) => {
      const { id } = request.params
      return switchProvider(deps, deps.actorOf(request), { id, state: request.body.state })
    },
  )
  app.post(
    `${base}/:id/try`,
    {
      config: { access },
      preValidation,
      schema: {
        summary: 'Try a provider: go there and come back',
        tags,
        params,
        response: { 200: SsoAddress },
      },
    },
    async (request, reply) => {
      const secret = browserSecret(request.headers.cookie, deps.publicUrl) ?? newSecret()
      const { id } = request.params
      const actor = deps.actorOf(request)
      const begun = await inProblemWords(() => tryProvider(deps, actor, { id, secret }))
      reply.header('set-cookie', secretCookie(secret, deps.publicUrl))
      return begun
    },
  )
  app.delete(
    `${base}/:id`,
    {
      config: { access },
      preValidation,
      schema: {
        summary: 'Remove a provider; ends the sessions it opened',
        tags,
        params,
        response: { 204: z.undefined().describe('Done') },
      },
    },
    async (request, reply) => {
      await removeProvider(deps, deps.actorOf(request), request.params.id)
      return reply.code(204).send()
    },
  )
}
