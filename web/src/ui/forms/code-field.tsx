import { useLingui } from '@lingui/react/macro'
import { Field, TextInput } from '../field.tsx'

/** Six digits of an authenticator app; phones offer them, blanks do no harm. */
export function CodeField({
  value,
  onChange,
  error,
  autoFocus = false,
}: {
  value: string
  onChange(value: string): void
  error?: string | undefined
  autoFocus?: boolean
}) {
  const { t } = useLingui()
  return (
    <Field
      label={t`Code from the app`}
      hint={t`Six digits; a new one every half minute.`}
      error={error}
    >
      {(wiring) => (
        <TextInput
          {...wiring}
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus={autoFocus}
          required
          maxLength={7}
          value={value}
          onChange={(event) => onChange(event.target.value.replace(/[^\d ]/g, ''))}
          className="tnum max-w-40 text-lg tracking-[0.2em]"
        />
      )}
    </Field>
  )
}
