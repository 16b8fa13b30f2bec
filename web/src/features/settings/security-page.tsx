import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { KeyRound, Trash2 } from 'lucide-react'
import { useState } from 'react'
import {
  addPasskey,
  changePassword,
  deletePasskey,
  newBackupCodes,
  passkeysWork,
  removeAuthenticator,
} from '../../lib/auth.ts'
import { fieldErrors, useProblemWords } from '../../lib/problem-words.ts'
import { sessionQuery, useMe } from '../../lib/queries/session.ts'
import { toast } from '../../lib/toasts.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { BackupCodes } from '../../ui/forms/backup-codes.tsx'
import { PasswordField } from '../../ui/forms/password-field.tsx'
import { FormProblem } from '../../ui/messages.tsx'
import { Card, Page, Section } from '../../ui/page.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { PasswordAgain } from './password-again.tsx'
import { passkeysQuery } from './queries.ts'

/** How this person signs in. */
export function SecurityPage() {
  const { t } = useLingui()
  const { me } = useMe()
  return (
    <Page title={t`Security`} intro={t`How you sign in. Each change is in the audit log.`}>
      {me.hasPassword && <Passwords />}
      <Authenticator />
      <Passkeys />
    </Page>
  )
}

function Passwords() {
  const { t } = useLingui()
  const [now, setNow] = useState('')
  const [next, setNext] = useState('')
  const change = useMutation({
    mutationFn: () => changePassword(now, next),
    onSuccess: () => {
      setNow('')
      setNext('')
      toast(t`Your password is changed, and all other sessions have ended.`)
    },
  })
  const errors = fieldErrors(change.error)
  return (
    <Section title={t`Password`}>
      <Card className="p-5">
        <form
          className="flex max-w-md flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            change.mutate()
          }}
        >
          <PasswordField
            value={now}
            onChange={setNow}
            label={t`Your password now`}
            error={errors.currentPassword}
          />
          <PasswordField
            fresh
            value={next}
            onChange={setNext}
            label={t`The new password`}
            error={errors.newPassword}
          />
          {!errors.currentPassword && !errors.newPassword && <FormProblem error={change.error} />}
          <Button type="submit" className="self-start" busy={change.isPending}>
            <Trans>Change the password</Trans>
          </Button>
        </form>
      </Card>
    </Section>
  )
}

function Authenticator() {
  const { t } = useLingui()
  const client = useQueryClient()
  const router = useRouter()
  const [asking, setAsking] = useState<'codes' | 'renew' | null>(null)
  const codes = useMutation({ mutationFn: newBackupCodes })
  const renew = useMutation({
    mutationFn: removeAuthenticator,
    onSuccess: async () => {
      await client.fetchQuery({ ...sessionQuery, staleTime: 0 })
      await router.navigate({ to: '/enrol' })
    },
  })
  const close = () => {
    setAsking(null)
    codes.reset()
    renew.reset()
  }
  return (
    <Section title={t`Authenticator app and backup codes`}>
      <Card className="flex flex-wrap items-center gap-3 p-4">
        <p className="min-w-0 flex-1 basis-60 text-sm text-text-2">
          <Trans>
            Every sign-in with a password asks for a code of the app, or for one of your backup
            codes.
          </Trans>
        </p>
        <Button onClick={() => setAsking('codes')}>
          <Trans>New backup codes</Trans>
        </Button>
        <Button onClick={() => setAsking('renew')}>
          <Trans>Set up another phone</Trans>
        </Button>
      </Card>
      {asking === 'codes' && (
        <Dialog title={t`New backup codes`} onClose={close}>
          {codes.data ? (
            <BackupCodes codes={codes.data} onKept={close} />
          ) : (
            <PasswordAgain
              why={t`The codes you have now stop working.`}
              act={t`Make new codes`}
              error={codes.error}
              busy={codes.isPending}
              onGiven={codes.mutate}
            />
          )}
        </Dialog>
      )}
      {asking === 'renew' && (
        <Dialog title={t`Set up another phone`} onClose={close}>
          <PasswordAgain
            why={t`The app you have now stops working, and all other sessions end. Have the new phone at hand: it is set up next.`}
            act={t`Go on`}
            error={renew.error}
            busy={renew.isPending}
            onGiven={renew.mutate}
          />
        </Dialog>
      )}
    </Section>
  )
}

function Passkeys() {
  const { t } = useLingui()
  const client = useQueryClient()
  const words = useProblemWords()
  const passkeys = useQuery(passkeysQuery)
  const refresh = () => client.invalidateQueries({ queryKey: ['passkeys'] })
  const add = useMutation({
    mutationFn: () => addPasskey(navigator.platform || 'Parley'),
    onSuccess: () => toast(t`The passkey is added. Next time it signs you in by itself.`),
    onError: (error) => toast(words(error), { tone: 'problem' }),
    onSettled: refresh,
  })
  const remove = useMutation({
    mutationFn: deletePasskey,
    onError: (error) => toast(words(error), { tone: 'problem' }),
    onSettled: refresh,
  })
  return (
    <Section
      title={t`Passkeys`}
      intro={t`A passkey is password and second factor in one: your fingerprint, face, screen lock or security key.`}
      actions={
        passkeysWork() && (
          <Button busy={add.isPending} onClick={() => add.mutate()}>
            <KeyRound size={14} aria-hidden />
            <Trans>Add a passkey</Trans>
          </Button>
        )
      }
    >
      {!passkeysWork() && (
        <p className="text-sm text-text-3">
          <Trans>
            This browser offers passkeys only at a secure address (https or this machine itself).
          </Trans>
        </p>
      )}
      {passkeys.data && passkeys.data.length > 0 && (
        <Card>
          <ul>
            {passkeys.data.map((passkey) => (
              <li
                key={passkey.id}
                className="flex items-center gap-3 border-b border-line px-4 py-2.5 last:border-b-0"
              >
                <KeyRound size={16} aria-hidden className="text-text-3" />
                <span className="min-w-0 flex-1 text-sm">
                  <span className="font-medium">{passkey.name || t`Passkey`}</span>{' '}
                  {passkey.createdAt && (
                    <ClockTime at={passkey.createdAt} className="text-xs text-text-3" />
                  )}
                </span>
                <IconButton
                  label={t`Remove this passkey`}
                  onClick={() => remove.mutate(passkey.id)}
                >
                  <Trash2 size={16} aria-hidden />
                </IconButton>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </Section>
  )
}
