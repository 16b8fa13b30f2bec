import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { z } from 'zod'
import { listOf } from '../../../contract/http.ts'
import { request } from '../lib/api.ts'
import { withWords } from '../lib/i18n.ts'
import { useMe } from '../lib/queries/session.ts'

const PageBanner = lazy(() =>
  withWords(() => import('../ui/calls/page-banner.tsx'))().then((module) => ({
    default: module.PageBanner,
  })),
)

/** Whether anybody is being called: seldom, so what tells of it is loaded only then. */
export function PageNotice() {
  const { may } = useMe()
  const { data } = useQuery({
    queryKey: ['pages', 'any'],
    queryFn: async ({ signal }) =>
      (await request('/api/v1/pages?limit=1', listOf(z.unknown()), { signal })).items.length > 0,
    enabled: may('read-conversations'),
  })
  return data ? (
    <Suspense fallback={null}>
      <PageBanner />
    </Suspense>
  ) : null
}
