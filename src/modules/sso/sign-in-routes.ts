import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listOf } from '../../../contract/http.ts'
import {
  SsoAddress,
  SsoDoor,
  SsoDoorQuery,
  type SsoProblem,
  SsoStart,
} from '../../../contract/sso.ts'
import type { App } from '../../platform/http-server.ts'
import { openSsoSession, signInLimit } from '../members/index.ts'
import { browserSecret, newSecret, secretCookie } from './attempt.ts'
import { beginSignIn } from './begin.ts'
import type { SsoDeps } from './deps.ts'
import { finish, takeBegun } from './finish.ts'
import { SsoRefusal } from './problem.ts'
import { onlyDoors, openDoors } from './store.ts'
import { inProblemWords } from './try-words.ts'
import { viewDoor } from './view.ts'

const tags = ['sign-in']

/** The sign-in page's buttons, the way to the provider and the way back. */
export function registerSsoSignIn(app: App, deps: SsoDeps): void {
  registerStart(app, deps)
  app.get(
    '/sign-in/return',
    {
      config: { access: 'open', ...signInLimit(deps) },
      schema: {
        summary: 'Where providers of single sign-on send people back to',
        tags,
        response: {
          303: z.undefined().describe('To the desk, or to the sign-in page with a reason'),
        },
      },
    },
    async (request, reply) => reply.redirect(await comeBack(deps, request, reply), 303),
  )
}

function registerStart(app: App, deps: SsoDeps): void {
  const { dispatch } = deps.database
  app.get(
    '/api/auth/sso',
    {
      config: { access: 'open', ...signInLimit(deps) },
      schema: {
        summary: 'Ways to sign in through a service of the business',
        tags,
        querystring: SsoDoorQuery,
        response: { 200: listOf(SsoDoor) },
      },
    },
    async (request) => {
      const domain = request.query.email?.split('@')[1]?.trim().toLowerCase()
      const doors = domain ? await openDoors(dispatch, { domain }) : await onlyDoors(dispatch)
      return { items: doors.map(viewDoor), next: null }
    },
  )
  app.post(
    '/api/auth/sso/start',
    {
      config: { access: 'open', ...signInLimit(deps) },
      schema: {
        summary: 'Begin to sign in through a service of the business',
        tags,
        body: SsoStart,
        response: { 200: SsoAddress },
      },
    },
    async (request, reply) => {
      const secret = browserSecret(request.headers.cookie, deps.publicUrl) ?? newSecret()
      const { provider: id, next = null } = request.body
      const begun = await inProblemWords(() => beginSignIn(deps, secret, { id, next }))
      reply.header('set-cookie', secretCookie(secret, deps.publicUrl))
      return begun
    },
  )
}

/** @returns the page of ours to go to */
async function comeBack(
  deps: SsoDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  const returned = new URL(request.url, deps.publicUrl)
  let page = '/sign-in'
  try {
    const secret = browserSecret(request.headers.cookie, deps.publicUrl)
    const taken = await takeBegun(deps, secret, returned)
    if (taken.attempt.tried_by !== null) page = '/settings/sign-in'
    const session = await deps.findSession(request)
    const finished = await finish(deps, taken, { returned, session })
    if (finished.kind === 'tried') return `${page}?tried=yes`
    const { member, providerId, proven, next } = finished
    const { workspaceId, userId } = member
    const opening = { workspaceId, providerId, userId, proven }
    const step = await openSsoSession(deps, { request, reply }, opening)
    if (step.next === 'enrol') return '/enrol'
    if (step.next === 'ready') return next ?? '/inbox'
    const after = next === null ? '' : `&next=${encodeURIComponent(next)}`
    return `${page}?step=code${after}`
  } catch (error) {
    if (!(error instanceof SsoRefusal)) throw error
    tell(deps, error.problem, error.cause)
    return `${page}?problem=${error.problem}`
  }
}

// For whoever set the provider up; what a person did wrong is theirs alone.
function tell({ log }: SsoDeps, problem: SsoProblem, err: unknown): void {
  const theirs = ['away', 'misconfigured', 'clock', 'not-genuine'].includes(problem)
  if (theirs) log.warn({ err, problem }, 'a provider of single sign-on could not be believed')
}
