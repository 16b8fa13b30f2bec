import { z } from 'zod'
import { WebhookId, WorkspaceId } from '../../../contract/ids.ts'

export const SendWebhooks = z.object({ workspaceId: WorkspaceId, webhookId: WebhookId })
export type SendWebhooks = z.infer<typeof SendWebhooks>

/** The name and payload of the job, apart from its work. */
export const sendWebhooksTask = { name: 'webhooks.send', payload: SendWebhooks }
