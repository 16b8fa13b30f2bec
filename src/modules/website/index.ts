export { issueForm } from './keys.ts'
export { registerWebsite, siteKeys, type WebsiteRouteDeps } from './routes.ts'
