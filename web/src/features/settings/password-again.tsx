import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useMe } from '../../lib/queries/session.ts'
import { Button } from '../../ui/button.tsx'
import { PasswordField } from '../../ui/forms/password-field.tsx'
import { FormProblem } from '../../ui/messages.tsx'

/** Asks for the password once more before something weighty. */
export function PasswordAgain({
  why,
  act,
  error,
  busy,
  onGiven,
}: {
  why: string
  act: string
  error: unknown
  busy: boolean
  onGiven(password: string): void
}) {
  const { t } = useLingui()
  const [password, setPassword] = useState('')
  const { me } = useMe()
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        onGiven(password)
      }}
    >
      <p className="text-sm text-text-2">{why}</p>
      {me.hasPassword && (
        <PasswordField
          value={password}
          onChange={setPassword}
          label={t`Your password, to be sure it is you`}
        />
      )}
      <FormProblem error={error} />
      <Button type="submit" look="primary" size="lg" busy={busy}>
        {act}
      </Button>
    </form>
  )
}
