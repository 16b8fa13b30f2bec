export { createHub, type Hub } from './hub.ts'
export { type LiveDeps, registerLive } from './routes.ts'
