export { issueForm } from './keys.ts'
export { registerWebsite, siteKeys, type WebsiteRouteDeps } from './routes.ts'
export { planMail, tellVisitor } from './tell-visitor.ts'
