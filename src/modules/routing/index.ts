export { type Received, routeReceived } from './route-received.ts'
export { type RoutingDeps, registerRouting } from './routes.ts'
