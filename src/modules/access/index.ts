export { type Actor, actorTag } from './actor.ts'
export { abilitiesFor, authorize, can, mayGiveRole, mayGiveScopes } from './policy.ts'
