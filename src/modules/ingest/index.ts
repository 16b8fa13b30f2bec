export { ingestChannelOf, type Pace, usualPace } from './follow-channel.ts'
export { registerHooks } from './hook-routes.ts'
export {
  type ArrivedEvent,
  type IngestChannel,
  type Ingested,
  ingestArrived,
  ingestPage,
} from './ingest-page.ts'
export { listAside, replayEvent } from './replay-event.ts'
export { type IngestRouteDeps, registerIngest } from './routes.ts'
export { lockStream } from './store.ts'
export { type StreamOptions, startStream } from './stream.ts'
