import type { FastifyReply, FastifyRequest } from 'fastify'
import type { WorkspaceId } from '../../../contract/ids.ts'
import { SignInStep } from '../../../contract/sign-in.ts'
import type { Auth } from './auth.ts'
import { SsoOpening } from './sso-session.ts'

/**
 * Opens a session for somebody whom a provider vouched for: at once when it proved a second factor too,
 * else after our own, as behind a password. The caller has checked everything.
 */
export async function openSsoSession(
  { auth, publicUrl }: { auth: Auth; publicUrl: string },
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  opening: { workspaceId: WorkspaceId; providerId: string; userId: string; proven: boolean },
): Promise<SignInStep> {
  const headers = new Headers({
    origin: publicUrl,
    'x-parley-client': request.ip,
    'user-agent': (request.headers['user-agent'] ?? '').slice(0, 300),
  })
  const body = SsoOpening.parse(opening)
  const response = await auth.api.openSsoSession({ body, headers, asResponse: true })
  if (!response.ok) throw new Error(`sign-in machinery answered ${response.status}`)
  for (const cookie of response.headers.getSetCookie()) reply.header('set-cookie', cookie)
  return SignInStep.parse(await response.json())
}
