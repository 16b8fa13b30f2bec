export { type PresenceDeps, registerPresence } from './routes.ts'
export { endWriting, readPresence } from './store.ts'
