export { type DigestRouteDeps, registerDigest } from './routes.ts'
export { startOwnerCalls } from './start-owner-calls.ts'
