export { type RoutingDeps, registerRouting } from './routes.ts'
export { type Received, settleReceived } from './settle-received.ts'
