import type { FastifyRequest } from 'fastify'
import {
  GoLiveInput,
  RevertInput,
  Routing,
  RoutingDraft,
  Trial,
  TrialInput,
} from '../../../contract/routing.ts'
import type { Db } from '../../platform/db.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import { goLive, keepDraft, revertRouting } from './go-live.ts'
import { getRouting } from './read-routing.ts'
import { tryRules } from './try-rules.ts'

export type RoutingDeps = { db: Db; actorOf(request: FastifyRequest): Actor }

const tags = ['routing']
const config = { access: 'manage-workspace' } as const
const response = { 200: Routing }

/** Rules that give new conversations their place. */
export function registerRouting(app: App, { db, actorOf }: RoutingDeps): void {
  app.get(
    '/api/v1/routing',
    {
      config,
      schema: { summary: 'The live rules, the draft and all earlier versions', tags, response },
    },
    (request) => getRouting(db, actorOf(request)),
  )
  app.put(
    '/api/v1/routing/draft',
    {
      config,
      schema: { summary: 'Keep a draft of the rules', tags, body: RoutingDraft, response },
    },
    (request) => keepDraft(db, actorOf(request), request.body.rules),
  )
  app.post(
    '/api/v1/routing/trial',
    {
      config,
      schema: {
        summary: 'Try rules on past conversations; none is changed',
        tags,
        body: TrialInput,
        response: { 200: Trial },
      },
    },
    (request) => tryRules(db, actorOf(request), request.body),
  )
  app.post(
    '/api/v1/routing/live',
    {
      config,
      schema: {
        summary: 'Route by these rules from now on; they must be those tried last',
        tags,
        body: GoLiveInput,
        response,
      },
    },
    (request) => goLive(db, actorOf(request), request.body),
  )
  app.post(
    '/api/v1/routing/revert',
    {
      config,
      schema: {
        summary: 'Take up the rules of an earlier version',
        tags,
        body: RevertInput,
        response,
      },
    },
    (request) => revertRouting(db, actorOf(request), request.body),
  )
}
