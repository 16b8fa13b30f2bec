import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import type { Person } from '../../../../contract/people.ts'
import { fieldErrors } from '../../lib/problem-words.ts'
import { giveConsent, withdrawConsent } from '../../lib/queries/people.ts'
import { Button } from '../../ui/button.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Badge, FormProblem } from '../../ui/messages.tsx'
import { Card, Section } from '../../ui/page.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { usePersonChange } from './use-person-change.ts'

/** What they agreed to, when and how, and what they took back. */
export function Consents({ person }: { person: Person }) {
  const { t } = useLingui()
  const withdraw = usePersonChange(person.id, (id: string) => withdrawConsent(person.id, id))
  return (
    <Section
      title={t`Consent`}
      intro={t`What they agreed to. What was taken back stays here as history.`}
    >
      {person.can.note && <GiveForm person={person} />}
      <FormProblem error={withdraw.error} />
      {person.consents.length > 0 && (
        <Card>
          <ul>
            {person.consents.map((one) => (
              <li
                key={one.id}
                className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2.5 text-sm last:border-b-0"
              >
                <span className="font-medium">{one.purpose}</span>
                <Badge tone={one.withdrawnAt ? 'plain' : 'ok'}>
                  {one.withdrawnAt ? t`taken back` : t`given`}
                </Badge>
                <span className="text-xs text-text-3">
                  {one.how}, <ClockTime at={one.givenAt} />
                  {one.withdrawnAt && (
                    <>
                      {' – '}
                      <ClockTime at={one.withdrawnAt} />
                    </>
                  )}
                </span>
                {person.can.note && !one.withdrawnAt && (
                  <Button
                    size="sm"
                    className="ml-auto"
                    aria-label={t`Take back: ${one.purpose}`}
                    busy={withdraw.isPending}
                    onClick={() => withdraw.mutate(one.id)}
                  >
                    <Trans>Take back</Trans>
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </Card>
      )}
    </Section>
  )
}

function GiveForm({ person }: { person: Person }) {
  const { t } = useLingui()
  const [purpose, setPurpose] = useState('')
  const [how, setHow] = useState('')
  const give = usePersonChange(
    person.id,
    () => giveConsent(person.id, { purpose, how }),
    () => {
      setPurpose('')
      setHow('')
    },
  )
  const errors = fieldErrors(give.error)
  return (
    <form
      className="grid items-end gap-3 sm:grid-cols-[1fr_1fr_auto]"
      onSubmit={(event) => {
        event.preventDefault()
        give.mutate(undefined)
      }}
    >
      <Field label={t`What for`} error={errors.purpose}>
        {(wiring) => (
          <TextInput
            {...wiring}
            required
            value={purpose}
            onChange={(event) => setPurpose(event.target.value)}
          />
        )}
      </Field>
      <Field label={t`How it was given`} error={errors.how}>
        {(wiring) => (
          <TextInput
            {...wiring}
            required
            value={how}
            onChange={(event) => setHow(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" busy={give.isPending} className="!h-9">
        <Trans>Write it down</Trans>
      </Button>
    </form>
  )
}
