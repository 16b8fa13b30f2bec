import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import { MailX } from 'lucide-react'
import { useState } from 'react'
import { command } from '../../lib/api.ts'
import { fieldErrors } from '../../lib/problem-words.ts'
import { Button } from '../../ui/button.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { PasswordField } from '../../ui/forms/password-field.tsx'
import { FrontPage } from '../../ui/front-page.tsx'
import { EmptyState, FormProblem } from '../../ui/messages.tsx'
import { useEnter } from './use-enter.ts'

/** Where an invitation's link leads. The token is behind the `#`, so that no server's log has it. */
export function InvitationPage() {
  const { t } = useLingui()
  const [token] = useState(() => window.location.hash.slice(1))
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const enter = useEnter()
  const accept = useMutation({
    mutationFn: () =>
      command('/api/v1/invitations/accept', {
        method: 'POST',
        body: { token, name: name.trim(), password },
      }),
    onSuccess: enter,
  })
  const errors = fieldErrors(accept.error)
  if (token === '')
    return (
      <FrontPage title={t`Invitation`}>
        <EmptyState icon={MailX} title={t`This link is cut short`}>
          <Trans>
            Copy the whole link, with everything after the # sign, or ask for a new one.
          </Trans>
        </EmptyState>
      </FrontPage>
    )
  return (
    <FrontPage
      title={t`Welcome to the team`}
      intro={t`You were invited to answer customers with your colleagues. Choose how you sign in; a second factor follows.`}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          accept.mutate()
        }}
      >
        <Field
          label={t`Your name`}
          hint={t`Colleagues see it on what you write.`}
          error={errors.name}
        >
          {(wiring) => (
            <TextInput
              {...wiring}
              autoComplete="name"
              required
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <PasswordField
          fresh
          value={password}
          onChange={setPassword}
          error={errors.password}
          label={t`Choose a password`}
        />
        {!errors.name && !errors.password && <FormProblem error={accept.error} />}
        <Button type="submit" look="primary" size="lg" busy={accept.isPending}>
          <Trans>Join</Trans>
        </Button>
      </form>
    </FrontPage>
  )
}
