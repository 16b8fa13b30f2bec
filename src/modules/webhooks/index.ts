export { registerWebhooks, type WebhookRouteDeps } from './routes.ts'
export { sendWebhooks } from './send-webhooks.ts'
export { type News, tell } from './tell.ts'
