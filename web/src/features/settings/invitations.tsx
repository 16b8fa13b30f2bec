import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { MemberRole } from '../../../../contract/session.ts'
import { fieldErrors, useProblemWords } from '../../lib/problem-words.ts'
import { useMe } from '../../lib/queries/session.ts'
import { toast } from '../../lib/toasts.ts'
import { useRoleWords } from '../../lib/words.ts'
import { Button } from '../../ui/button.tsx'
import { CopyField } from '../../ui/copy.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Select, TextInput } from '../../ui/field.tsx'
import { FormProblem } from '../../ui/messages.tsx'
import { Card, Section } from '../../ui/page.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { invitationsQuery, invite, revokeInvitation } from './queries.ts'

/** Invitations that nobody has accepted yet. */
export function Invitations() {
  const { t } = useLingui()
  const roles = useRoleWords()
  const words = useProblemWords()
  const client = useQueryClient()
  const open = useQuery(invitationsQuery).data ?? []
  const revoke = useMutation({
    mutationFn: revokeInvitation,
    onError: (error) => toast(words(error), { tone: 'problem' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['invitations'] }),
  })
  if (open.length === 0) return null
  return (
    <Section title={t`Invited`}>
      <Card>
        <ul>
          {open.map((each) => (
            <li
              key={each.id}
              className="flex flex-wrap items-center gap-3 border-b border-line px-4 py-2.5 last:border-b-0"
            >
              <div className="min-w-0 flex-1 basis-40">
                <p className="truncate text-sm font-medium">{each.email}</p>
                <p className="text-xs text-text-3">
                  <Trans>
                    {roles[each.role].name} · the link works until <ClockTime at={each.expiresAt} />
                  </Trans>
                </p>
              </div>
              <Button
                size="sm"
                onClick={() => revoke.mutate(each.id)}
                aria-label={t`Take the invitation of ${each.email} back`}
              >
                <Trans>Take back</Trans>
              </Button>
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  )
}

/** Invites somebody: the answer is a link to hand over. */
export function InviteDialog({ onClose }: { onClose(): void }) {
  const { t } = useLingui()
  const { me } = useMe()
  const client = useQueryClient()
  const roles = useRoleWords()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<MemberRole>('responder')
  const create = useMutation({
    mutationFn: () => invite({ email: email.trim(), role }),
    onSettled: () => client.invalidateQueries({ queryKey: ['invitations'] }),
  })
  const errors = fieldErrors(create.error)
  // Only an owner makes owners; the server says so too.
  const offered = MemberRole.options.filter((each) => each !== 'owner' || me.role === 'owner')
  return (
    <Dialog
      title={create.data ? t`Hand over this link` : t`Invite someone`}
      onClose={onClose}
      footer={
        create.data ? (
          <Button look="primary" onClick={onClose}>
            <Trans>Done</Trans>
          </Button>
        ) : undefined
      }
    >
      {create.data ? (
        <div className="flex flex-col gap-3 text-sm">
          <p>
            <Trans>
              Send it to {create.data.email} in a way that only they can read. It works once, until{' '}
              <ClockTime at={create.data.expiresAt} />, and is not shown again.
            </Trans>
          </p>
          <CopyField value={create.data.link} label={t`Link of the invitation`} />
        </div>
      ) : (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            create.mutate()
          }}
        >
          <Field label={t`E-mail address`} error={errors.email}>
            {(wiring) => (
              <TextInput
                {...wiring}
                type="email"
                required
                value={email}
                onChange={(event) => setEmail(event.target.value)}
              />
            )}
          </Field>
          <Field label={t`Role`} hint={roles[role].what} error={errors.role}>
            {(wiring) => (
              <Select
                {...wiring}
                value={role}
                onChange={(event) => setRole(MemberRole.parse(event.target.value))}
              >
                {offered.map((each) => (
                  <option key={each} value={each}>
                    {roles[each].name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {!errors.email && !errors.role && <FormProblem error={create.error} />}
          <Button type="submit" look="primary" size="lg" busy={create.isPending}>
            <Trans>Make the link</Trans>
          </Button>
        </form>
      )}
    </Dialog>
  )
}
