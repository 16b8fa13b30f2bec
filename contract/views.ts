import { z } from 'zod'
import { ChannelId, DepartmentId, ViewId } from './ids.ts'
import { ConversationKind } from './understanding.ts'

/** A list of the inbox, as its address says it. `view` without: all that is not done. */
export const ViewFilter = z.object({
  view: z.enum(['mine', 'unassigned', 'all', 'snoozed', 'done']).optional(),
  sort: z.enum(['due', 'newest']).optional(),
  channel: ChannelId.optional(),
  department: z.union([DepartmentId, z.literal('none')]).optional(),
  kind: ConversationKind.optional(),
  overdue: z.literal('true').optional(),
  text: z.string().max(200).optional(),
})
export type ViewFilter = z.infer<typeof ViewFilter>

/** The request of `GET /api/v1/conversations` that a view stands for. */
export function viewQuery(filter: ViewFilter) {
  const view = filter.view ?? 'all'
  const assignee: 'me' | 'none' | undefined =
    view === 'mine' ? 'me' : view === 'unassigned' ? 'none' : undefined
  const snoozed: 'only' | undefined = view === 'snoozed' ? 'only' : undefined
  const sort: 'due' | 'newest' = filter.sort ?? (view === 'done' ? 'newest' : 'due')
  return {
    state: view === 'done' ? 'done' : undefined,
    assignee,
    department: filter.department,
    channel: filter.channel,
    kind: filter.kind,
    overdue: filter.overdue,
    snoozed,
    text: filter.text?.trim() || undefined,
    sort,
  }
}

/** A list under a name, of one member or of everybody. */
export const SavedView = z.object({
  id: ViewId,
  name: z.string(),
  filter: ViewFilter,
  shared: z.boolean(),
  /** Conversations in it; 1000 stands for that many or more. */
  count: z.int(),
  can: z.object({ change: z.boolean() }),
})
export type SavedView = z.infer<typeof SavedView>

/** `POST /api/v1/views`. */
export const ViewInput = z.object({
  name: z.string().trim().min(1).max(80),
  filter: ViewFilter,
  shared: z.boolean().default(false),
})
export type ViewInput = z.infer<typeof ViewInput>
/** `PATCH /api/v1/views/{id}`. */
export const ViewChange = z.object({
  name: z.string().trim().min(1).max(80).optional(),
  filter: ViewFilter.optional(),
  shared: z.boolean().optional(),
})
export type ViewChange = z.infer<typeof ViewChange>
