import { useLingui } from '@lingui/react/macro'
import { useSuspenseQuery } from '@tanstack/react-query'
import { sessionQuery } from '../../lib/queries/session.ts'
import { SecondFactor } from '../../ui/forms/second-factor.tsx'
import { FrontPage } from '../../ui/front-page.tsx'
import { useEnter } from './use-enter.ts'

/** Signed in with a password alone: a second factor comes first, because this desk speaks for the business. */
export function EnrolPage() {
  const { t } = useLingui()
  const enter = useEnter()
  const hasPassword = useSuspenseQuery(sessionQuery).data.me?.hasPassword !== false
  return (
    <FrontPage
      title={t`Add a second factor`}
      intro={t`From here people speak in the name of the business. A password alone is not enough for that: an app on your phone shows a code beside it.`}
    >
      <SecondFactor {...(hasPassword ? {} : { password: null })} onDone={() => void enter()} />
    </FrontPage>
  )
}
