export {
  connectChannel,
  keepConnection,
  reconnectChannel,
  verifyConnection,
} from './connect-channel.ts'
export type { ChannelDeps } from './deps.ts'
export { checkChannel, reportFailure } from './health.ts'
export { type HookPlace, hookAddress, readHookPath } from './hook-address.ts'
export { listChannels } from './list-channels.ts'
export { type ChannelRouteDeps, registerChannels } from './routes.ts'
export { connectorOf, openSession } from './session.ts'
export { findChannel, type StoredChannel } from './store.ts'
