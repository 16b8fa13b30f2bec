import type { App } from '../../platform/http-server.ts'
import type { MembersDeps } from './deps.ts'
import { registerKeys } from './key-routes.ts'
import { registerTeam } from './member-routes.ts'
import { registerPasskeys } from './passkey-routes.ts'
import { registerSessions } from './session-routes.ts'
import { registerSignIn } from './sign-in-routes.ts'

/** All routes of sign-in, sessions, members, invitations and API keys. */
export function registerMembers(app: App, deps: MembersDeps): void {
  registerSessions(app, deps)
  registerSignIn(app, deps)
  registerPasskeys(app, deps)
  registerTeam(app, deps)
  registerKeys(app, deps)
}
