import { z } from 'zod'
import { listOf } from '../../../contract/http.ts'
import { OwnerInput, SessionInfo, SessionsEnded } from '../../../contract/members.ts'
import { SessionView } from '../../../contract/session.ts'
import { SignInStep } from '../../../contract/sign-in.ts'
import { AppError } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import { sessionLife } from './auth.ts'
import { endOtherSessions, endSession, listSessions } from './auth-store.ts'
import { findCaller } from './authenticate.ts'
import { setUpFirstOwner } from './create-owner.ts'
import type { MembersDeps } from './deps.ts'
import { getSession } from './get-session.ts'
import { signedInOf } from './http.ts'
import { recordForUser } from './record-for-user.ts'
import { signInLimit, signInWith } from './sign-in-routes.ts'
import { viewSession } from './view.ts'

const tags = ['session']
const Nothing = z.undefined().describe('Done')

/** `/api/v1/session`, `/api/v1/setup/owner` and `/api/v1/sessions`. */
export function registerSessions(app: App, deps: MembersDeps): void {
  app.get(
    '/api/v1/session',
    {
      config: { access: 'open' },
      schema: { summary: 'Where the browser stands', tags, response: { 200: SessionView } },
    },
    async (request) => getSession(deps.db, await findCaller(deps, request)),
  )
  app.post(
    '/api/v1/setup/owner',
    {
      config: { access: 'open', ...signInLimit(deps) },
      schema: {
        summary: 'Make the first owner of a fresh instance; signs in',
        tags,
        body: OwnerInput,
        response: { 201: SignInStep },
      },
    },
    async (request, reply) => {
      await setUpFirstOwner(deps, request.body)
      const { email, password } = request.body
      reply.code(201)
      return signInWith(deps, request, reply, { email, password })
    },
  )
  registerOwnSessions(app, deps)
}

function registerOwnSessions(app: App, { db, clock }: MembersDeps): void {
  app.get(
    '/api/v1/sessions',
    {
      config: { access: 'signed-in' },
      schema: { summary: 'Your open sessions', tags, response: { 200: listOf(SessionInfo) } },
    },
    async (request) => {
      const { userId, sessionId } = signedInOf(request)
      const usedSince = new Date(clock().getTime() - sessionLife.idleMs)
      const rows = await listSessions(db, userId, usedSince)
      return { items: rows.map((row) => viewSession(row, sessionId)), next: null }
    },
  )
  app.delete(
    '/api/v1/sessions/:id',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'End one of your sessions',
        tags,
        params: z.object({ id: z.string().max(100) }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { userId } = signedInOf(request)
      if (!(await endSession(db, userId, request.params.id)))
        throw new AppError('not-found', 'There is no such session.')
      await recordForUser(db, userId, { act: 'session.ended', detail: { id: request.params.id } })
      return reply.code(204).send()
    },
  )
  app.delete(
    '/api/v1/sessions',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'End all your sessions but this one',
        tags,
        response: { 200: SessionsEnded },
      },
    },
    async (request) => {
      const { userId, sessionId } = signedInOf(request)
      const ended = await endOtherSessions(db, userId, sessionId)
      await recordForUser(db, userId, { act: 'sessions.ended', detail: { count: ended } })
      return { ended }
    },
  )
}
