import { z } from 'zod'
import { listOf } from '../../../contract/http.ts'
import {
  Ceremony,
  Passkey,
  PasskeyAnswer,
  PasskeyChoice,
  PasskeyRegistration,
  SignInStep,
} from '../../../contract/sign-in.ts'
import { AppError } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import { deletePasskey } from './auth-store.ts'
import type { MembersDeps } from './deps.ts'
import { forwardToAuth } from './forward.ts'
import { signedInOf } from './http.ts'
import { refuseWaysIn } from './policy.ts'
import { recordForUser } from './record-for-user.ts'
import { signInLimit } from './sign-in-routes.ts'

const tags = ['sign-in']
const Stored = z.object({
  id: z.string(),
  name: z.string().nullish(),
  createdAt: z.coerce.date().nullish(),
})

/** Passkeys: they sign in by themselves, since the device checks the person. Added beside an authenticator app. */
export function registerPasskeys(app: App, deps: MembersDeps): void {
  registerPasskeySignIn(app, deps)
  registerOwnPasskeys(app, deps)
}

function registerPasskeySignIn(app: App, deps: MembersDeps): void {
  const { db, auth, publicUrl } = deps
  app.get(
    '/api/auth/passkey/generate-authenticate-options',
    {
      config: { access: 'open', ...signInLimit(deps) },
      schema: { summary: 'Begin to sign in with a passkey', tags, response: { 200: Ceremony } },
    },
    async (request, reply) => {
      const path = '/passkey/generate-authenticate-options'
      const options = await forwardToAuth(request, reply, { auth, publicUrl, path, method: 'GET' })
      // A passkey is both factors at once only if the device asked for a PIN or a fingerprint.
      return { ...Ceremony.parse(options), userVerification: 'required' }
    },
  )
  app.post(
    '/api/auth/passkey/verify-authentication',
    {
      config: { access: 'open', ...signInLimit(deps) },
      schema: {
        summary: 'Sign in with a passkey',
        tags,
        body: PasskeyAnswer,
        response: { 200: SignInStep },
      },
    },
    async (request, reply) => {
      const path = '/passkey/verify-authentication'
      const { body } = request
      const answer = await forwardToAuth(request, reply, { auth, publicUrl, path, body })
      const { user } = z.object({ user: z.object({ id: z.string() }) }).parse(answer)
      await recordForUser(db, user.id, { act: 'signed-in', detail: { factor: 'passkey' } })
      return { next: 'ready' } as const
    },
  )
}

function registerOwnPasskeys(app: App, { db, auth, publicUrl }: MembersDeps): void {
  app.get(
    '/api/auth/passkey/generate-register-options',
    {
      config: { access: 'signed-in' },
      schema: { summary: 'Begin to add a passkey', tags, response: { 200: Ceremony } },
    },
    async (request, reply) => {
      refuseWaysIn(signedInOf(request))
      const path = '/passkey/generate-register-options'
      return Ceremony.parse(
        await forwardToAuth(request, reply, { auth, publicUrl, path, method: 'GET' }),
      )
    },
  )
  app.post(
    '/api/auth/passkey/verify-registration',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'Add a passkey',
        tags,
        body: PasskeyRegistration,
        response: { 200: Passkey },
      },
    },
    async (request, reply) => {
      refuseWaysIn(signedInOf(request))
      const path = '/passkey/verify-registration'
      const { body } = request
      const added = view(await forwardToAuth(request, reply, { auth, publicUrl, path, body }))
      const { userId } = signedInOf(request)
      const detail = { id: added.id, name: added.name }
      await recordForUser(db, userId, { act: 'passkey.added', detail })
      return added
    },
  )
  app.get(
    '/api/auth/passkey/list-user-passkeys',
    {
      config: { access: 'signed-in' },
      schema: { summary: 'Your passkeys', tags, response: { 200: listOf(Passkey) } },
    },
    async (request, reply) => {
      const path = '/passkey/list-user-passkeys'
      const list = await forwardToAuth(request, reply, { auth, publicUrl, path, method: 'GET' })
      return { items: z.array(z.unknown()).parse(list).map(view), next: null }
    },
  )
  app.post(
    '/api/auth/passkey/delete-passkey',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'Remove a passkey',
        tags,
        body: PasskeyChoice,
        response: { 204: z.undefined().describe('Done') },
      },
    },
    async (request, reply) => {
      const session = signedInOf(request)
      refuseWaysIn(session)
      const { userId } = session
      if (!(await deletePasskey(db, userId, request.body.id)))
        throw new AppError('not-found', 'There is no such passkey.')
      await recordForUser(db, userId, { act: 'passkey.removed', detail: { id: request.body.id } })
      return reply.code(204).send()
    },
  )
}

function view(row: unknown): Passkey {
  const { id, name, createdAt } = Stored.parse(row)
  return { id, name: name ?? null, createdAt: createdAt?.toISOString() ?? null }
}
