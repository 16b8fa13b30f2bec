import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  Channel,
  ConnectChannel,
  ConsentBegun,
  Network,
  ReconnectChannel,
} from '../../../contract/channels.ts'
import { listOf } from '../../../contract/http.ts'
import { ChannelId } from '../../../contract/ids.ts'
import { AppError } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import { connectChannel, reconnectChannel } from './connect-channel.ts'
import { beginConsent, type ConsentDeps, finishConsent } from './consent.ts'
import { disconnectChannel } from './disconnect-channel.ts'
import { getChannel } from './get-channel.ts'
import { listChannels } from './list-channels.ts'
import { registerOAuthClient } from './oauth-client-routes.ts'
import { type ChannelViewer, consentView, viewChannel } from './view.ts'

export type ChannelRouteDeps = ConsentDeps & {
  actorOf(request: FastifyRequest): Actor
  practiceUrl: string
  /** Starts the practice network when it does not run, and signs in to it. */
  enterPractice(): Promise<{ network: string; fields: Record<string, string> }>
}

const tags = ['channels']
const params = z.object({ id: ChannelId })

/** What OAuth servers send back by the browser (RFC 6749, RFC 9207). */
const ConsentAnswer = z.object({
  state: z.string().max(500).optional(),
  code: z.string().max(2000).optional(),
  iss: z.string().max(500).optional(),
  error: z.string().max(200).optional(),
  error_description: z.string().max(1000).optional(),
})

/** The connected accounts. */
export function registerChannels(app: App, deps: ChannelRouteDeps): void {
  const viewer = (request: FastifyRequest) => ({
    ...deps,
    actor: deps.actorOf(request),
  })
  app.get(
    '/api/v1/networks',
    {
      config: { access: 'read-channels' },
      schema: {
        summary: 'Networks that can be connected',
        tags,
        response: { 200: listOf(Network) },
      },
    },
    async () => ({
      items: [...deps.connectors.values()].map((connector) => ({
        network: connector.network,
        name: connector.name,
        fields: [...connector.connectFields],
        consent: consentView(deps, connector),
      })),
      next: null,
    }),
  )
  app.get(
    '/api/v1/channels',
    {
      config: { access: 'read-channels' },
      schema: { summary: 'Connected accounts', tags, response: { 200: listOf(Channel) } },
    },
    async (request) => {
      const channels = await listChannels(deps, deps.actorOf(request))
      return { items: channels.map((one) => viewChannel(one, viewer(request))), next: null }
    },
  )
  app.get(
    '/api/v1/channels/:id',
    {
      config: { access: 'read-channels' },
      schema: {
        summary: 'One connected account: what can and cannot be done there, and why',
        tags,
        params,
        response: { 200: Channel },
      },
    },
    async (request) =>
      viewChannel(
        await getChannel(deps, deps.actorOf(request), request.params.id),
        viewer(request),
      ),
  )
  app.post(
    '/api/v1/channels',
    {
      config: { access: 'manage-channels' },
      schema: {
        summary: 'Connect an account',
        tags,
        body: ConnectChannel,
        response: { 201: Channel },
      },
    },
    async (request, reply) => {
      const channel = await connectChannel(deps, deps.actorOf(request), request.body)
      reply.code(201)
      return viewChannel(channel, viewer(request))
    },
  )
  app.post(
    '/api/v1/channels/:id/reconnect',
    {
      config: { access: 'manage-channels' },
      schema: {
        summary: 'Renew the sign-in of a connected account',
        tags,
        params,
        body: ReconnectChannel,
        response: { 200: Channel },
      },
    },
    async (request) => {
      const { id } = request.params
      const channel = await reconnectChannel(deps, deps.actorOf(request), id, request.body.fields)
      return viewChannel(channel, viewer(request))
    },
  )
  app.delete(
    '/api/v1/channels/:id',
    {
      config: { access: 'manage-channels' },
      schema: {
        summary: 'Disconnect an account; its conversations stay',
        tags,
        params,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await disconnectChannel(deps, deps.actorOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
  registerConsent(app, deps)
  registerOAuthClient(app, deps)
  registerPractice(app, deps, viewer)
}

function registerConsent(app: App, deps: ChannelRouteDeps): void {
  app.post(
    '/api/v1/channels/consent',
    {
      config: { access: 'manage-channels' },
      schema: {
        summary: 'Begin to connect an account by signing in on the network’s own page',
        tags,
        body: ConnectChannel,
        response: { 200: ConsentBegun },
      },
    },
    (request) => beginConsent(deps, deps.actorOf(request), request.body),
  )
  app.get(
    '/connect/return',
    {
      config: { access: 'manage-channels' },
      schema: {
        summary: 'Where the network’s page sends the browser back to',
        tags,
        querystring: ConsentAnswer,
      },
    },
    async (request, reply) => {
      const result = new URLSearchParams()
      try {
        const answer = new URLSearchParams()
        for (const [name, value] of Object.entries(request.query)) answer.set(name, value ?? '')
        const { id } = await finishConsent(deps, deps.actorOf(request), answer)
        result.set('connected', id)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        result.set('problem', error.message)
      }
      return reply.redirect(`/settings/channels?${result}`, 303)
    },
  )
}

function registerPractice(
  app: App,
  deps: ChannelRouteDeps,
  viewer: (request: FastifyRequest) => ChannelViewer,
): void {
  app.post(
    '/api/v1/practice',
    {
      config: { access: 'manage-channels' },
      schema: {
        summary: 'Step into the practice network',
        tags,
        response: { 201: Channel },
      },
    },
    async (request, reply) => {
      const input = await deps.enterPractice()
      const channel = await connectChannel(deps, deps.actorOf(request), input)
      reply.code(201)
      return viewChannel(channel, viewer(request))
    },
  )
}
