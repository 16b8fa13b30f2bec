import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { command } from '../../lib/api.ts'
import { isLocale } from '../../lib/i18n.ts'
import { fieldErrors } from '../../lib/problem-words.ts'
import { useMe } from '../../lib/queries/session.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Select, TextInput } from '../../ui/field.tsx'
import { hoursProblem, tidyHours } from '../../ui/forms/hours.ts'
import { HoursEditor, TimeZoneField } from '../../ui/forms/hours-editor.tsx'
import { Callout, FormProblem } from '../../ui/messages.tsx'
import { Card, Page } from '../../ui/page.tsx'

/** The business: its name, where its clocks stand, when somebody is there, and its language. */
export function BusinessPage() {
  const { t } = useLingui()
  const { workspace, may } = useMe()
  const client = useQueryClient()
  const [input, setInput] = useState({
    name: workspace.name,
    timeZone: workspace.timeZone,
    locale: workspace.locale,
    hours: workspace.hours,
  })
  const set = (change: Partial<typeof input>) => setInput({ ...input, ...change })
  const save = useMutation({
    mutationFn: () =>
      command('/api/v1/workspace', {
        method: 'PATCH',
        body: { ...input, hours: tidyHours(input.hours) },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['session'] })
      toast(t`Saved.`)
    },
  })
  const errors = fieldErrors(save.error)
  const mayChange = may('manage-workspace')
  return (
    <Page title={t`Business`} intro={t`What Parley knows of the business you speak for.`}>
      {!mayChange && <Callout>{t`Only owners and admins change this; you can look.`}</Callout>}
      <Card className="p-5">
        <form
          onSubmit={(event) => {
            event.preventDefault()
            save.mutate()
          }}
        >
          <fieldset disabled={!mayChange} className="flex flex-col gap-5">
            <Field label={t`Name of the business`} error={errors.name}>
              {(wiring) => (
                <TextInput
                  {...wiring}
                  required
                  maxLength={200}
                  value={input.name}
                  onChange={(event) => set({ name: event.target.value })}
                />
              )}
            </Field>
            <Field
              label={t`Language`}
              hint={t`For those who have not chosen one themselves.`}
              error={errors.locale}
            >
              {(wiring) => (
                <Select
                  {...wiring}
                  value={input.locale}
                  onChange={(event) =>
                    isLocale(event.target.value) && set({ locale: event.target.value })
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
            <TimeZoneField value={input.timeZone} onChange={(timeZone) => set({ timeZone })} />
            <HoursEditor
              hours={input.hours}
              onChange={(hours) => set({ hours: { ...input.hours, ...hours } })}
            />
            <FormProblem error={save.error} />
            {mayChange && (
              <Button
                type="submit"
                look="primary"
                size="lg"
                className="self-start"
                busy={save.isPending}
                disabled={hoursProblem(input.hours) !== null}
              >
                <Trans>Save</Trans>
              </Button>
            )}
          </fieldset>
        </form>
      </Card>
    </Page>
  )
}
