import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { DigestSubscription } from '../../../../contract/digest.ts'
import { isLocale } from '../../lib/i18n.ts'
import { fieldErrors } from '../../lib/problem-words.ts'
import { changeSubscription, subscriptionQuery } from '../../lib/queries/digest.ts'
import { changeGoodwillSettings, goodwillSettingsQuery } from '../../lib/queries/goodwill.ts'
import { useMe } from '../../lib/queries/session.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox, Field, Select } from '../../ui/field.tsx'
import { FormProblem, LoadProblem } from '../../ui/messages.tsx'
import { Card, Page, Section } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { ThresholdList } from './threshold-list.tsx'

const hours = Array.from({ length: 24 }, (_, hour) => hour)

/** One's own digest by mail; for those who manage the business: when to be called, and the currency. */
export function DigestSettingsPage() {
  const { t } = useLingui()
  const { may } = useMe()
  const own = useQuery(subscriptionQuery)
  return (
    <Page
      title={t`Digest`}
      intro={t`Take part in what customers say, however busy the day.`}
      actions={
        <Link to="/digest" className="min-h-6 text-sm font-medium text-accent-text hover:underline">
          <Trans>See the digest</Trans>
        </Link>
      }
    >
      <Section title={t`Your digest by mail`}>
        <Card className="p-5">
          {own.isPending && <SkeletonRows count={2} label={t`Reading your choice`} />}
          {own.isError && !own.data && (
            <LoadProblem error={own.error} onRetry={() => void own.refetch()} />
          )}
          {own.data && <SubscriptionForm own={own.data} />}
        </Card>
      </Section>
      {may('manage-workspace') && <ThresholdList />}
      {may('manage-workspace') && <CurrencySection />}
    </Page>
  )
}

function SubscriptionForm({ own }: { own: DigestSubscription }) {
  const { t } = useLingui()
  const { workspace } = useMe()
  const client = useQueryClient()
  const [input, setInput] = useState(own)
  const save = useMutation({
    mutationFn: () => changeSubscription(input),
    onSuccess: (next) => {
      client.setQueryData(subscriptionQuery.queryKey, next)
      toast(t`Saved.`)
    },
  })
  const errors = fieldErrors(save.error)
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Checkbox
        label={t`Send me the digest every day`}
        hint={t`It goes out through the connected e-mail account. While there is none, it waits.`}
        checked={input.on}
        onChange={(event) => setInput({ ...input, on: event.target.checked })}
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label={t`At`} hint={t`On the clock of ${workspace.timeZone}.`} error={errors.hour}>
          {(wiring) => (
            <Select
              {...wiring}
              value={input.hour}
              onChange={(event) => setInput({ ...input, hour: Number(event.target.value) })}
            >
              {hours.map((hour) => (
                <option key={hour} value={hour}>
                  {`${String(hour).padStart(2, '0')}:00`}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t`Language`} error={errors.locale}>
          {(wiring) => (
            <Select
              {...wiring}
              value={input.locale}
              onChange={(event) =>
                isLocale(event.target.value) && setInput({ ...input, locale: event.target.value })
              }
            >
              <option value="en" lang="en">
                English
              </option>
              <option value="ro" lang="ro">
                Română
              </option>
            </Select>
          )}
        </Field>
      </div>
      <FormProblem error={save.error} />
      <Button type="submit" look="primary" className="self-start" busy={save.isPending}>
        <Trans>Save</Trans>
      </Button>
    </form>
  )
}

function CurrencySection() {
  const { t, i18n } = useLingui()
  const client = useQueryClient()
  const settings = useQuery(goodwillSettingsQuery)
  const save = useMutation({
    mutationFn: (currency: string) => changeGoodwillSettings({ currency }),
    onSuccess: (next) => {
      client.setQueryData(goodwillSettingsQuery.queryKey, next)
      toast(t`Saved.`)
    },
  })
  const names = new Intl.DisplayNames([i18n.locale], { type: 'currency' })
  return (
    <Section title={t`Goodwill`}>
      <Card className="p-5">
        <Field
          label={t`Currency of what goodwill costs`}
          hint={t`What was recorded before keeps its own.`}
        >
          {(wiring) => (
            <Select
              {...wiring}
              disabled={!settings.data || save.isPending}
              value={settings.data?.currency ?? ''}
              onChange={(event) => save.mutate(event.target.value)}
            >
              {Intl.supportedValuesOf('currency').map((code) => (
                <option key={code} value={code}>
                  {`${code} · ${names.of(code) ?? code}`}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <FormProblem error={save.error ?? settings.error} />
      </Card>
    </Section>
  )
}
