export { registerSso } from './routes.ts'
