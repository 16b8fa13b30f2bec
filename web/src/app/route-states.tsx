import { Trans, useLingui } from '@lingui/react/macro'
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { buttonLook } from '../ui/button.tsx'
import { EmptyState, LoadProblem } from '../ui/messages.tsx'

export function NotFound() {
  const { t } = useLingui()
  return (
    <main className="flex h-full items-center justify-center">
      <h1 className="sr-only">{t`There is no page at this address`}</h1>
      <EmptyState
        icon={Compass}
        title={t`There is no page at this address`}
        action={
          <Link to="/inbox" className={buttonLook('primary')}>
            <Trans>Go to the inbox</Trans>
          </Link>
        }
      >
        <Trans>The link may be cut short, or what it named is gone.</Trans>
      </EmptyState>
    </main>
  )
}

export function RouteProblem({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <main className="flex h-full items-center justify-center">
      <LoadProblem
        error={error}
        onRetry={() => {
          reset()
          void router.invalidate()
        }}
      />
    </main>
  )
}
