export type { Forgotten, PeopleDeps, PeopleRouteDeps } from './deps.ts'
export { type Recognised, recogniseAuthors } from './recognise-authors.ts'
export { registerPeople } from './routes.ts'
export { holdStreams } from './store.ts'
