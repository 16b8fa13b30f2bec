import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Digest, DigestSubscription, Threshold, ThresholdInput } from '../../../contract/digest.ts'
import { listOf } from '../../../contract/http.ts'
import { ThresholdId } from '../../../contract/ids.ts'
import type { Keyring } from '../../platform/crypto.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import { getDigest } from './read-digest.ts'
import {
  addThreshold,
  changeOwnSubscription,
  type DigestDeps,
  getSubscription,
  listThresholds,
  removeThreshold,
} from './settings.ts'
import { registerUnsubscribe } from './unsubscribe-routes.ts'

export type DigestRouteDeps = DigestDeps & {
  keyring: Keyring
  actorOf(request: FastifyRequest): Actor
}

const tags = ['digest']
const managing = { access: 'manage-workspace' } as const

/** The voices that matter today, who is told of them by mail, and when somebody is called at once. */
export function registerDigest(app: App, deps: DigestRouteDeps): void {
  app.get(
    '/api/v1/digest',
    {
      config: { access: 'read-conversations' },
      schema: { summary: 'The voices that matter now', tags, response: { 200: Digest } },
    },
    (request) => getDigest(deps, deps.actorOf(request)),
  )
  app.get(
    '/api/v1/digest/subscription',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'Whether and when I get the digest by mail',
        tags,
        response: { 200: DigestSubscription },
      },
    },
    (request) => getSubscription(deps, deps.actorOf(request)),
  )
  app.put(
    '/api/v1/digest/subscription',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'Choose whether and when I get the digest by mail',
        tags,
        body: DigestSubscription,
        response: { 200: DigestSubscription },
      },
    },
    (request) => changeOwnSubscription(deps, deps.actorOf(request), request.body),
  )
  registerThresholds(app, deps)
  registerUnsubscribe(app, deps)
}

function registerThresholds(app: App, deps: DigestRouteDeps): void {
  app.get(
    '/api/v1/thresholds',
    {
      config: managing,
      schema: {
        summary: 'When somebody is called at once',
        tags,
        response: { 200: listOf(Threshold) },
      },
    },
    async (request) => ({ items: await listThresholds(deps, deps.actorOf(request)), next: null }),
  )
  app.post(
    '/api/v1/thresholds',
    {
      config: managing,
      schema: {
        summary: 'Ask that somebody is called at once',
        tags,
        body: ThresholdInput,
        response: { 201: Threshold },
      },
    },
    async (request, reply) => {
      reply.code(201)
      return addThreshold(deps, deps.actorOf(request), request.body)
    },
  )
  app.delete(
    '/api/v1/thresholds/:id',
    {
      config: managing,
      schema: {
        summary: 'Call nobody for this any more',
        tags,
        params: z.object({ id: ThresholdId }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await removeThreshold(deps, deps.actorOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
}
