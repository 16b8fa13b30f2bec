import { z } from 'zod'
import { ViewFilter, viewQuery } from '../../../contract/views.ts'
import type { ListFilter } from './queries/conversations.ts'

/** What the address of the inbox says. What it does not say has its usual value. */
export const InboxSearch = z.object({
  view: ViewFilter.shape.view.catch(undefined),
  sort: ViewFilter.shape.sort.catch(undefined),
  channel: z.string().optional().catch(undefined),
  department: z.string().optional().catch(undefined),
  kind: ViewFilter.shape.kind.catch(undefined),
  overdue: z.literal('true').optional().catch(undefined),
  text: z.string().max(200).optional().catch(undefined),
  person: z.literal('open').optional().catch(undefined),
  /** Go on at the reply box: how a digest opens a conversation. */
  reply: z.literal('open').optional().catch(undefined),
})
export type InboxSearch = z.infer<typeof InboxSearch>
export type InboxView = NonNullable<InboxSearch['view']>

/** The request that an address stands for. Without a view it shows all that is not done. */
export function listFilter(search: InboxSearch): ListFilter {
  const { channel, department, person: _, reply: _reply, ...rest } = search
  return { ...viewQuery(rest), channel, department }
}

/** The list that an address shows, without what is open beside it; null when it names what is no id. */
export function filterOf({ person: _, reply: _reply, ...search }: InboxSearch): ViewFilter | null {
  const set = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
  return ViewFilter.safeParse(Object.fromEntries(set)).data ?? null
}

/** Two addresses show the same list. */
export function sameList(a: InboxSearch, b: InboxSearch): boolean {
  return JSON.stringify(sorted(listFilter(a))) === JSON.stringify(sorted(listFilter(b)))
}

function sorted(filter: ListFilter) {
  return Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
