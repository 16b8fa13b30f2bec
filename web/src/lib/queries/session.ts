import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import { type Ability, SessionView } from '../../../../contract/session.ts'
import { request } from '../api.ts'

/** Where the browser stands: asked before anything else, and again after each step of sign-in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => request('/api/v1/session', SessionView, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

export type Me = NonNullable<z.infer<typeof SessionView>['me']>
export type CurrentWorkspace = NonNullable<z.infer<typeof SessionView>['workspace']>

/** Who is signed in, where, and what they may do; only for pages behind sign-in. */
export function useMe(): { me: Me; workspace: CurrentWorkspace; may(ability: Ability): boolean } {
  const { me, workspace } = useSuspenseQuery(sessionQuery).data
  if (!me || !workspace)
    throw new Error('This page was shown to nobody: the router must not do that.')
  return { me, workspace, may: (ability) => me.abilities.includes(ability) }
}
