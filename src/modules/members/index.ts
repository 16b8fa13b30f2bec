export { type Actor, actorTag } from './actor.ts'
export { abilitiesFor, authorize, can } from './policy.ts'
