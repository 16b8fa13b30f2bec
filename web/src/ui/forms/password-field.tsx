import { useLingui } from '@lingui/react/macro'
import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../button.tsx'
import { Field, TextInput } from '../field.tsx'

/** A password that can be looked at; the server says what is wrong with a new one. */
export function PasswordField({
  value,
  onChange,
  error,
  label,
  fresh = false,
}: {
  value: string
  onChange(value: string): void
  error?: string | undefined
  label?: string
  /** A new password is being chosen. */
  fresh?: boolean
}) {
  const { t } = useLingui()
  const [shown, setShown] = useState(false)
  return (
    <Field
      label={label ?? t`Password`}
      error={error}
      hint={
        fresh
          ? t`Long beats complicated: a few unrelated words are best. Nothing that was ever leaked, and not your name.`
          : undefined
      }
    >
      {(wiring) => (
        <div className="relative">
          <TextInput
            {...wiring}
            type={shown ? 'text' : 'password'}
            autoComplete={fresh ? 'new-password' : 'current-password'}
            required
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className="pr-10"
          />
          <IconButton
            label={shown ? t`Hide the password` : t`Show the password`}
            onClick={() => setShown(!shown)}
            className="absolute top-0.5 right-0.5"
          >
            {shown ? <EyeOff size={16} aria-hidden /> : <Eye size={16} aria-hidden />}
          </IconButton>
        </div>
      )}
    </Field>
  )
}
