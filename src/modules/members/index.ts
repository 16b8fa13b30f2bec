export { type Actor, abilitiesFor, actorTag, authorize, can } from '../access/index.ts'
export { type Auth, createAuth } from './auth.ts'
export { endSessionsOfProvider } from './auth-store.ts'
export { withAuth } from './auth-tables.ts'
export { createGuard, findSession } from './authenticate.ts'
export { type CreatedKey, createKey } from './create-key.ts'
export { type CreatedOwner, createOwner, type NewOwner } from './create-owner.ts'
export { actorOf, type SignedIn, signedInOf } from './http.ts'
export { findSsoMember, joinBySso, ownersWithPassword, type SsoMember } from './join-by-sso.ts'
export { listKeys } from './list-keys.ts'
export { openSsoSession } from './open-sso-session.ts'
export { resetFactor } from './reset-factor.ts'
export {
  inviteOwnersBack,
  lockEmptyInstance,
  type ReturnLink,
} from './return-members.ts'
export { revokeKey } from './revoke-key.ts'
export { registerMembers } from './routes.ts'
export { signInLimit } from './sign-in-routes.ts'
export { anyWorkspace } from './store.ts'
