export { registerViews, type ViewDeps } from './routes.ts'
