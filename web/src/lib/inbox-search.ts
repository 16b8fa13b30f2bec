import { z } from 'zod'
import type { ListFilter } from './queries/conversations.ts'

/** What the address of the inbox says. What it does not say has its usual value. */
export const InboxSearch = z.object({
  view: z.enum(['mine', 'unassigned', 'all', 'done']).optional().catch(undefined),
  sort: z.enum(['due', 'newest']).optional().catch(undefined),
  channel: z.string().optional().catch(undefined),
  overdue: z.literal('true').optional().catch(undefined),
  text: z.string().max(200).optional().catch(undefined),
  person: z.literal('open').optional().catch(undefined),
})
export type InboxSearch = z.infer<typeof InboxSearch>
export type InboxView = NonNullable<InboxSearch['view']>

/** The request that an address stands for. Without a view it shows all that is not done. */
export function listFilter(search: InboxSearch): ListFilter {
  const view = search.view ?? 'all'
  return {
    state: view === 'done' ? 'done' : undefined,
    assignee: view === 'mine' ? 'me' : view === 'unassigned' ? 'none' : undefined,
    channel: search.channel,
    overdue: search.overdue,
    text: search.text?.trim() || undefined,
    sort: search.sort ?? (view === 'done' ? 'newest' : 'due'),
  }
}
