import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type SsoProvider, SsoState } from '../../../../../contract/sso.ts'
import { useRoleWords } from '../../../lib/words.ts'
import { Button } from '../../../ui/button.tsx'
import { Confirm } from '../../../ui/dialog.tsx'
import { Field, Select } from '../../../ui/field.tsx'
import { Badge, FormProblem } from '../../../ui/messages.tsx'
import { Card } from '../../../ui/page.tsx'
import { ProviderDialog } from './provider-dialog.tsx'
import { removeProvider, switchProvider, tryProvider } from './queries.ts'

/** One service, where it stands, and what can be done with it. */
export function ProviderCard({
  provider,
  returnAddress,
}: {
  provider: SsoProvider
  returnAddress: string
}) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [open, setOpen] = useState<'change' | 'remove' | null>(null)
  // Who came through it may be signed out by the change: the session is asked for again too.
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['sign-in-providers'] }),
      client.invalidateQueries({ queryKey: ['session'] }),
    ])
  const attempt = useMutation({
    mutationFn: () => tryProvider(provider.id),
    onSuccess: (address) => window.location.assign(address),
  })
  const change = useMutation({
    mutationFn: (state: SsoState) => switchProvider(provider.id, state),
    onSettled: refresh,
  })
  const remove = useMutation({
    mutationFn: () => removeProvider(provider.id),
    onSuccess: refresh,
  })
  const { name, state, triedAt } = provider
  return (
    <Card className="flex flex-col gap-4 p-5">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div className="min-w-0">
          <h2 className="flex flex-wrap items-center gap-2 text-base font-semibold">
            {name}
            {triedAt === null && <Badge tone="soon">{t`not tried yet`}</Badge>}
            {state !== 'off' && <Badge tone="ok">{t`switched on`}</Badge>}
          </h2>
          <p className="text-xs break-all text-text-3">{provider.issuer}</p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setOpen('change')}>
            <Trans>Change</Trans>
          </Button>
          <Button look="danger" onClick={() => setOpen('remove')}>
            <Trans>Remove</Trans>
          </Button>
        </div>
      </div>
      <Facts provider={provider} />
      <div className="flex flex-wrap items-end gap-3">
        <Button
          look={triedAt === null ? 'primary' : 'plain'}
          busy={attempt.isPending}
          onClick={() => attempt.mutate()}
        >
          <Trans>Try it</Trans>
        </Button>
        <div className="min-w-0 flex-1 basis-72">
          <Field
            label={t`Who uses it`}
            hint={
              triedAt === null
                ? t`Try it first: it can be switched on once you came back through it.`
                : undefined
            }
          >
            {(wiring) => (
              <Select
                {...wiring}
                value={state}
                disabled={triedAt === null || change.isPending}
                onChange={(event) => change.mutate(SsoState.parse(event.target.value))}
              >
                <option value="off">{t`Nobody: switched off`}</option>
                <option value="on">{t`Whoever wants to, beside the password`}</option>
                <option value="enforced">{t`Everybody must; owners may still use their password`}</option>
              </Select>
            )}
          </Field>
        </div>
      </div>
      <FormProblem error={attempt.error ?? change.error} />
      {open === 'change' && (
        <ProviderDialog
          provider={provider}
          returnAddress={returnAddress}
          onClose={() => setOpen(null)}
        />
      )}
      {open === 'remove' && (
        <Confirm
          title={t`Remove ${name}?`}
          act={t`Remove`}
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setOpen(null)}
        >
          <p>
            <Trans>
              Whoever came in through it is signed out. Those who have no password here need another
              invitation, or a service added again, to come back.
            </Trans>
          </p>
          <FormProblem error={remove.error} />
        </Confirm>
      )}
    </Card>
  )
}

function Facts({ provider }: { provider: SsoProvider }) {
  const { t } = useLingui()
  const roles = useRoleWords()
  const { domains, newcomerRole, trustsFactor, triedFactor } = provider
  const role = newcomerRole === null ? null : roles[newcomerRole].name
  const facts = [
    [t`E-mail addresses`, domains.map((domain) => `@${domain}`).join(', ')],
    [
      t`Newcomers`,
      role === null ? t`only who is a member or was invited` : t`everybody, as ${role}`,
    ],
    [
      t`Second factor`,
      trustsFactor ? t`the service’s own counts, if it says so` : t`always the one of Parley`,
    ],
  ]
  return (
    <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[max-content_1fr]">
      {facts.map(([term, fact]) => (
        <div key={term} className="contents">
          <dt className="text-text-3">{term}</dt>
          <dd className="min-w-0 break-words max-sm:mb-1.5">{fact}</dd>
        </div>
      ))}
      {trustsFactor && triedFactor === false && (
        <dd className="text-xs text-soon sm:col-start-2">
          <Trans>
            At your try it did not say that a second factor was used, so Parley asked for its own.
          </Trans>
        </dd>
      )}
    </dl>
  )
}
