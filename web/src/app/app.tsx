import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { ApiError } from '../lib/api.ts'
import { sessionQuery } from '../lib/queries/session.ts'
import { Toaster } from '../ui/toaster.tsx'
import { createAppRouter } from './router.tsx'

const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
  mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
  defaultOptions: {
    queries: {
      // Live news say what changed; asking again on every focus would only repeat them.
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && !(error instanceof ApiError && isFinal(error)),
    },
  },
})

const router = createAppRouter(queryClient)

export function App() {
  return (
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Toaster />
      </QueryClientProvider>
    </I18nProvider>
  )
}

function isFinal(error: ApiError): boolean {
  return (error.status >= 400 && error.status < 500) || error.code === 'unexpected-answer'
}

/** A session that ended elsewhere: the router asks where we stand and shows the sign-in page. */
async function leaveWhenSignedOut(error: unknown): Promise<void> {
  if (!(error instanceof ApiError) || error.status !== 401) return
  const before = queryClient.getQueryData(sessionQuery.queryKey)
  // Wrong passwords on the sign-in page are 401 too; nobody is thrown out there.
  if (before?.stage !== 'ready') return
  const session = await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 })
  if (session.stage !== 'ready') await router.invalidate()
}
