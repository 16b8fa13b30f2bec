import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { OnCallSettings, OnCallView } from '../../../../../contract/on-call.ts'
import { severities, useSeverityWords } from '../../../lib/clock-words.ts'
import { fieldErrors } from '../../../lib/problem-words.ts'
import { useMe } from '../../../lib/queries/session.ts'
import { toast } from '../../../lib/toasts.ts'
import { Button } from '../../../ui/button.tsx'
import { Checkbox, Field, Select, TextInput } from '../../../ui/field.tsx'
import { Callout, FormProblem, LoadProblem } from '../../../ui/messages.tsx'
import { Card, Page, Section } from '../../../ui/page.tsx'
import { SkeletonRows } from '../../../ui/skeleton.tsx'
import { OrderPreview } from './order-preview.tsx'
import { PageHistory } from './page-history.tsx'
import { PushSection } from './push-section.tsx'
import { onCallQuery, saveOnCall } from './queries.ts'
import { RotaList } from './rota-list.tsx'

/** Who is called when something cannot wait for the morning, about what, and how fast the next one is. */
export function OnCallPage() {
  const { t } = useLingui()
  const { may } = useMe()
  const view = useQuery(onCallQuery)
  return (
    <Page
      title={t`On call`}
      intro={t`Who is called when a customer cannot wait for opening hours: by mail and in the browser, until somebody takes it up.`}
    >
      {may('assign') && <PushSection />}
      {view.isPending && <SkeletonRows count={4} label={t`Reading who is on call`} />}
      {view.isError && !view.data && (
        <LoadProblem error={view.error} onRetry={() => void view.refetch()} />
      )}
      {view.data && (
        // What somebody else saved begins the form anew.
        <SettingsForm key={JSON.stringify(view.data.settings)} view={view.data} />
      )}
      <PageHistory />
    </Page>
  )
}

function SettingsForm({ view }: { view: OnCallView }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [settings, setSettings] = useState(view.settings)
  const changed = JSON.stringify(settings) !== JSON.stringify(view.settings)
  const save = useMutation({
    mutationFn: () => saveOnCall(settings),
    onSuccess: (next) => {
      client.setQueryData(onCallQuery.queryKey, next)
      toast(t`Saved.`)
    },
  })
  const mayChange = view.can.change
  return (
    <form
      className="flex flex-col gap-6"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      {!mayChange && <Callout>{t`Only owners and admins change this; you can look.`}</Callout>}
      {!view.mails && (
        <Callout tone="soon">
          {t`No e-mail account is connected, so calls cannot be mailed.`}{' '}
          <Link to="/settings/channels" className="font-semibold underline underline-offset-2">
            <Trans>Connect one</Trans>
          </Link>
        </Callout>
      )}
      <fieldset disabled={!mayChange} className="flex min-w-0 flex-col gap-6">
        <RotaList
          rota={settings.rota}
          members={view.members}
          onChange={(rota) => setSettings({ ...settings, rota })}
        />
        <SeverityFields view={view} settings={settings} onChange={setSettings} />
        <PaceFields settings={settings} onChange={setSettings} error={save.error} />
      </fieldset>
      <OrderPreview rota={settings.rota} />
      <FormProblem error={save.error} />
      {mayChange && (
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary" size="lg" busy={save.isPending} disabled={!changed}>
            <Trans>Save who is on call</Trans>
          </Button>
          {changed && (
            <Button size="lg" look="quiet" onClick={() => setSettings(view.settings)}>
              <Trans>As it was</Trans>
            </Button>
          )}
        </div>
      )}
    </form>
  )
}

type Part = { settings: OnCallSettings; onChange(settings: OnCallSettings): void }

function SeverityFields({ view, settings, onChange }: Part & { view: OnCallView }) {
  const { t } = useLingui()
  const words = useSeverityWords()
  const chosen = settings.severities
  const offered = [...new Set([...severities, ...view.byReplyTimes, ...(chosen ?? [])])]
  const named = view.byReplyTimes.map(words).join(', ')
  return (
    <Section
      title={t`What calls people`}
      intro={t`A conversation of such a severity calls while its customer waits for an answer.`}
    >
      <Card className="flex flex-col gap-4 p-4">
        <Field label={t`Severities`}>
          {(wiring) => (
            <Select
              {...wiring}
              value={chosen === null ? 'reply-times' : 'these'}
              onChange={(event) =>
                onChange({
                  ...settings,
                  severities: event.target.value === 'these' ? view.byReplyTimes : null,
                })
              }
            >
              <option value="reply-times">{t`Those whose reply time ignores opening hours`}</option>
              <option value="these">{t`These`}</option>
            </Select>
          )}
        </Field>
        {chosen === null ? (
          <p className="text-sm text-text-2">
            {named === '' ? (
              <Trans>No reply time names one yet, so nobody is called.</Trans>
            ) : (
              <Trans>Now: {named}.</Trans>
            )}{' '}
            <Link to="/settings/reply-times" className="text-accent-text underline">
              <Trans>Reply times</Trans>
            </Link>
          </p>
        ) : (
          <fieldset className="flex flex-wrap gap-x-5 gap-y-1">
            <legend className="sr-only">
              <Trans>These severities</Trans>
            </legend>
            {offered.map((one) => (
              <Checkbox
                key={one}
                label={words(one)}
                checked={chosen.includes(one)}
                onChange={({ target: { checked } }) =>
                  onChange({
                    ...settings,
                    severities: offered.filter((other) =>
                      other === one ? checked : chosen.includes(other),
                    ),
                  })
                }
              />
            ))}
          </fieldset>
        )}
      </Card>
    </Section>
  )
}

function PaceFields({ settings, onChange, error }: Part & { error: unknown }) {
  const { t } = useLingui()
  const errors = fieldErrors(error)
  return (
    <Section
      title={t`How fast`}
      intro={t`After everybody the owners are called, then every half hour, until somebody takes it up.`}
    >
      <Card className="grid gap-4 p-4 sm:grid-cols-2">
        <Field label={t`Minutes between two calls`} error={errors.stepMinutes}>
          {(wiring) => (
            <TextInput
              {...wiring}
              type="number"
              required
              min={1}
              max={120}
              step={1}
              value={settings.stepMinutes}
              onChange={(event) =>
                onChange({ ...settings, stepMinutes: Number(event.target.value) })
              }
            />
          )}
        </Field>
        <Field label={t`Calls to each before the next`} error={errors.repeats}>
          {(wiring) => (
            <TextInput
              {...wiring}
              type="number"
              required
              min={1}
              max={20}
              step={1}
              value={settings.repeats}
              onChange={(event) => onChange({ ...settings, repeats: Number(event.target.value) })}
            />
          )}
        </Field>
      </Card>
    </Section>
  )
}
