import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { beginAuthenticator, verifyCode } from '../../lib/auth.ts'
import { Button } from '../button.tsx'
import { CopyField } from '../copy.tsx'
import { FormProblem } from '../messages.tsx'
import { BackupCodes } from './backup-codes.tsx'
import { CodeField } from './code-field.tsx'
import { PasswordField } from './password-field.tsx'
import { QrCode } from './qr-code.tsx'

/** Sets up an authenticator app as second factor, with its backup codes. `password` when it is known already; null: there is none to ask for. */
export function SecondFactor({
  password: known = '',
  onDone,
}: {
  password?: string | null
  onDone(): void
}) {
  const { t } = useLingui()
  const [password, setPassword] = useState(known ?? '')
  const [code, setCode] = useState('')
  const begin = useMutation({ mutationFn: beginAuthenticator })
  const verify = useMutation({
    mutationFn: (digits: string) => verifyCode(digits.replaceAll(' ', '')),
  })
  const setup = begin.data
  if (setup && verify.isSuccess) return <BackupCodes codes={setup.backupCodes} onKept={onDone} />
  if (!setup)
    return (
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          begin.mutate(known === null ? undefined : password)
        }}
      >
        {known === '' && (
          <PasswordField
            value={password}
            onChange={setPassword}
            label={t`Your password, to be sure it is you`}
          />
        )}
        <FormProblem error={begin.error} />
        <Button type="submit" look="primary" size="lg" busy={begin.isPending}>
          <Trans>Show the code to scan</Trans>
        </Button>
      </form>
    )
  const secret = new URL(setup.totpUri).searchParams.get('secret') ?? ''
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        verify.mutate(code)
      }}
    >
      <p className="text-sm text-text-2">
        <Trans>Scan this with the app on your phone, then type the code that it shows.</Trans>
      </p>
      <QrCode text={setup.totpUri} label={t`QR code for the authenticator app`} />
      <CopyField value={secret} label={t`Or type this into the app`} />
      <CodeField value={code} onChange={setCode} />
      <FormProblem error={verify.error} />
      <Button type="submit" look="primary" size="lg" busy={verify.isPending}>
        <Trans>Check the code</Trans>
      </Button>
    </form>
  )
}
