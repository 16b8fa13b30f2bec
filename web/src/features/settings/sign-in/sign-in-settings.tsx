import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { LogIn, Plus } from 'lucide-react'
import { useState } from 'react'
import { useMe } from '../../../lib/queries/session.ts'
import { Button } from '../../../ui/button.tsx'
import { useSsoWords } from '../../../ui/forms/sso-words.ts'
import { Callout, EmptyState, LoadProblem } from '../../../ui/messages.tsx'
import { Card, Page } from '../../../ui/page.tsx'
import { SkeletonRows } from '../../../ui/skeleton.tsx'
import { ProviderCard } from './provider-card.tsx'
import { ProviderDialog } from './provider-dialog.tsx'
import { providersQuery } from './queries.ts'

/** Whether people of the business come in through a service of its own. */
export function SignInSettings() {
  const { t } = useLingui()
  const { may } = useMe()
  if (!may('manage-workspace'))
    return (
      <Page title={t`Sign-in`}>
        <Callout>{t`Only owners and admins see this.`}</Callout>
      </Page>
    )
  return <Providers />
}

function Providers() {
  const { t } = useLingui()
  const list = useQuery(providersQuery)
  const [adding, setAdding] = useState(false)
  return (
    <Page
      title={t`Sign-in`}
      intro={t`If your business has a service where people sign in once for everything (Google Workspace, Microsoft Entra, Keycloak and others that speak OpenID Connect), they can come in here through it too.`}
      actions={
        list.data && (
          <Button onClick={() => setAdding(true)}>
            <Plus size={14} aria-hidden />
            <Trans>Add a service</Trans>
          </Button>
        )
      }
    >
      <TryResult />
      {list.isPending && <SkeletonRows count={2} label={t`Reading the services`} />}
      {list.error && <LoadProblem error={list.error} onRetry={() => void list.refetch()} />}
      {list.data?.items.length === 0 && (
        <Card>
          <EmptyState icon={LogIn} title={t`Everybody signs in with a password or a passkey`}>
            <Trans>
              Nothing has to be done here. Add a service if your business has one; you try it before
              anybody sees it.
            </Trans>
          </EmptyState>
        </Card>
      )}
      {list.data?.items.map((provider) => (
        <ProviderCard
          key={provider.id}
          provider={provider}
          returnAddress={list.data.returnAddress}
        />
      ))}
      {adding && list.data && (
        <ProviderDialog
          provider={null}
          returnAddress={list.data.returnAddress}
          onClose={() => setAdding(false)}
        />
      )}
    </Page>
  )
}

/** How the try ended from which the browser has just come back. */
function TryResult() {
  const { t } = useLingui()
  const words = useSsoWords()
  const { tried, problem } = useSearch({ from: '/shell/settings/sign-in' })
  if (tried)
    return (
      <div role="status">
        <Callout tone="ok">
          <Trans>
            It works: you came back as yourself, and your account is tied to the service. You can
            switch it on now.
          </Trans>
        </Callout>
      </div>
    )
  if (!problem) return null
  return (
    <div role="alert">
      <Callout tone="late">{words(problem) ?? t`The try did not succeed. Begin again.`}</Callout>
    </div>
  )
}
