import { z } from 'zod'
import { PageCallId, PageId, WorkspaceId } from '../../../contract/ids.ts'

export const TakeStep = z.object({ workspaceId: WorkspaceId, pageId: PageId })
export type TakeStep = z.infer<typeof TakeStep>
export const SendPush = z.object({ workspaceId: WorkspaceId, callId: PageCallId })
export type SendPush = z.infer<typeof SendPush>

/** Names and payloads of the jobs, apart from their work. */
export const stepTask = { name: 'on-call.step', payload: TakeStep }
export const pushTask = { name: 'on-call.push', payload: SendPush }

/** Under what name the mail of a call is in line. */
export function mailKey(callId: string): string {
  return `page:${callId}`
}
