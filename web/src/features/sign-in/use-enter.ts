import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { sessionQuery } from '../../lib/queries/session.ts'

/** After a step of sign-in: asks where we stand now and goes there, or to the page that was wanted. */
export function useEnter(next?: string): () => Promise<void> {
  const client = useQueryClient()
  const router = useRouter()
  return async () => {
    const session = await client.fetchQuery({ ...sessionQuery, staleTime: 0 })
    if (session.stage === 'ready' && next) router.history.push(next)
    else await router.navigate({ to: session.stage === 'enrol' ? '/enrol' : '/inbox' })
  }
}
