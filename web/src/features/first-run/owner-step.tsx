import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { OwnerInput } from '../../../../contract/members.ts'
import { command } from '../../lib/api.ts'
import { currentLocale } from '../../lib/i18n.ts'
import { fieldErrors } from '../../lib/problem-words.ts'
import { Button } from '../../ui/button.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { guessedTimeZone } from '../../ui/forms/hours-editor.tsx'
import { PasswordField } from '../../ui/forms/password-field.tsx'
import { FormProblem } from '../../ui/messages.tsx'

/** The business and its first owner. */
export function OwnerStep({ onDone }: { onDone(password: string): Promise<void> }) {
  const { t } = useLingui()
  const [input, setInput] = useState({ business: '', name: '', email: '', password: '' })
  const set = (change: Partial<typeof input>) => setInput({ ...input, ...change })
  const make = useMutation({
    mutationFn: () => {
      const body: OwnerInput = { ...input, timeZone: guessedTimeZone(), locale: currentLocale() }
      return command('/api/v1/setup/owner', { method: 'POST', body })
    },
    onSuccess: () => onDone(input.password),
  })
  const errors = fieldErrors(make.error)
  const placed = ['business', 'name', 'email', 'password'].some((name) => errors[name])
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        make.mutate()
      }}
    >
      <Field label={t`Name of the business`} error={errors.business}>
        {(wiring) => (
          <TextInput
            {...wiring}
            autoComplete="organization"
            required
            maxLength={200}
            value={input.business}
            onChange={(event) => set({ business: event.target.value })}
          />
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t`Your name`} error={errors.name}>
          {(wiring) => (
            <TextInput
              {...wiring}
              autoComplete="name"
              required
              maxLength={200}
              value={input.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label={t`E-mail address`} error={errors.email}>
          {(wiring) => (
            <TextInput
              {...wiring}
              type="email"
              autoComplete="username"
              required
              value={input.email}
              onChange={(event) => set({ email: event.target.value })}
            />
          )}
        </Field>
      </div>
      <PasswordField
        fresh
        value={input.password}
        onChange={(password) => set({ password })}
        error={errors.password}
        label={t`Choose a password`}
      />
      {!placed && <FormProblem error={make.error} />}
      <Button type="submit" look="primary" size="lg" busy={make.isPending}>
        <Trans>Go on</Trans>
      </Button>
    </form>
  )
}
