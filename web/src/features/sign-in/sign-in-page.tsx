import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import {
  passkeysWork,
  signIn,
  signInWithPasskey,
  verifyBackupCode,
  verifyCode,
} from '../../lib/auth.ts'
import { Button } from '../../ui/button.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { CodeField } from '../../ui/forms/code-field.tsx'
import { PasswordField } from '../../ui/forms/password-field.tsx'
import { useSsoWords } from '../../ui/forms/sso-words.ts'
import { FrontPage } from '../../ui/front-page.tsx'
import { Callout, FormProblem } from '../../ui/messages.tsx'
import { SsoDoors } from './sso-doors.tsx'
import { useEnter } from './use-enter.ts'

/** Password and second factor, or a passkey, which is both. */
export function SignInPage() {
  const { t } = useLingui()
  const { next, step: begun, problem } = useSearch({ from: '/sign-in' })
  const ssoWords = useSsoWords()
  const enter = useEnter(next)
  const [step, setStep] = useState<'password' | 'code' | 'backup'>(begun ?? 'password')
  const titles = {
    password: t`Sign in`,
    code: t`Your second factor`,
    backup: t`A backup code`,
  }
  return (
    <FrontPage title={titles[step]}>
      {problem && step === 'password' && (
        <div role="alert">
          <Callout tone="late">
            {ssoWords(problem) ?? t`You are not signed in. Begin again.`}
          </Callout>
        </div>
      )}
      {step === 'password' && (
        <PasswordStep next={next} onCode={() => setStep('code')} onEnter={enter} />
      )}
      {step === 'code' && <CodeStep onBackup={() => setStep('backup')} onEnter={enter} />}
      {step === 'backup' && <BackupStep onCode={() => setStep('code')} onEnter={enter} />}
    </FrontPage>
  )
}

function PasswordStep({
  next,
  onCode,
  onEnter,
}: {
  next: string | undefined
  onCode(): void
  onEnter(): Promise<void>
}) {
  const { t } = useLingui()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const enter = useMutation({
    mutationFn: () => signIn(email.trim(), password),
    onSuccess: (then) => (then === 'second-factor' ? onCode() : onEnter()),
  })
  const passkey = useMutation({ mutationFn: signInWithPasskey, onSuccess: onEnter })
  return (
    <>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          enter.mutate()
        }}
      >
        <Field label={t`E-mail address`}>
          {(wiring) => (
            <TextInput
              {...wiring}
              type="email"
              autoComplete="username webauthn"
              required
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <PasswordField value={password} onChange={setPassword} />
        <FormProblem error={enter.error} />
        <Button type="submit" look="primary" size="lg" busy={enter.isPending}>
          <Trans>Sign in</Trans>
        </Button>
      </form>
      <SsoDoors email={email} next={next} />
      {passkeysWork() && (
        <div className="flex flex-col gap-3 border-t border-line pt-5">
          <Button size="lg" busy={passkey.isPending} onClick={() => passkey.mutate()}>
            <KeyRound size={16} aria-hidden />
            <Trans>Sign in with a passkey</Trans>
          </Button>
          <FormProblem error={passkey.error} />
        </div>
      )}
    </>
  )
}

function CodeStep({ onBackup, onEnter }: { onBackup(): void; onEnter(): Promise<void> }) {
  const [code, setCode] = useState('')
  const verify = useMutation({ mutationFn: () => verifyCode(code), onSuccess: onEnter })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        verify.mutate()
      }}
    >
      <CodeField value={code} onChange={setCode} autoFocus />
      <FormProblem error={verify.error} />
      <Button type="submit" look="primary" size="lg" busy={verify.isPending}>
        <Trans>Go on</Trans>
      </Button>
      <Button look="quiet" onClick={onBackup}>
        <Trans>I do not have my phone: use a backup code</Trans>
      </Button>
    </form>
  )
}

function BackupStep({ onCode, onEnter }: { onCode(): void; onEnter(): Promise<void> }) {
  const { t } = useLingui()
  const [code, setCode] = useState('')
  const verify = useMutation({
    mutationFn: () => verifyBackupCode(code.trim()),
    onSuccess: onEnter,
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        verify.mutate()
      }}
    >
      <Field
        label={t`Backup code`}
        hint={t`One of those you kept when you set up the second factor. Each works once.`}
      >
        {(wiring) => (
          <TextInput
            {...wiring}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
            autoFocus
            value={code}
            onChange={(event) => setCode(event.target.value)}
            className="font-mono"
          />
        )}
      </Field>
      <FormProblem error={verify.error} />
      <Button type="submit" look="primary" size="lg" busy={verify.isPending}>
        <Trans>Go on</Trans>
      </Button>
      <Button look="quiet" onClick={onCode}>
        <Trans>Use the code from my phone</Trans>
      </Button>
    </form>
  )
}
