import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { UserMinus, UserPlus } from 'lucide-react'
import { useState } from 'react'
import type { z } from 'zod'
import type { Member } from '../../../../contract/members.ts'
import { MemberRole } from '../../../../contract/session.ts'
import { useProblemWords } from '../../lib/problem-words.ts'
import { membersQuery } from '../../lib/queries/members.ts'
import { useMe } from '../../lib/queries/session.ts'
import { toast } from '../../lib/toasts.ts'
import { useRoleWords } from '../../lib/words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Select } from '../../ui/field.tsx'
import { Badge, FormProblem, LoadProblem } from '../../ui/messages.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Invitations, InviteDialog } from './invitations.tsx'
import { changeRole, removeMember } from './queries.ts'

type Row = z.infer<typeof Member>

/** Who answers for the business, in which role, and who is invited. */
export function TeamPage() {
  const { t } = useLingui()
  const { may } = useMe()
  const members = useQuery(membersQuery)
  const [inviting, setInviting] = useState(false)
  return (
    <Page
      title={t`Team`}
      intro={t`Everyone signs in as themselves, with a second factor. Nobody ever sees the accounts' passwords.`}
      actions={
        may('manage-members') && (
          <Button look="primary" onClick={() => setInviting(true)}>
            <UserPlus size={14} aria-hidden />
            <Trans>Invite someone</Trans>
          </Button>
        )
      }
    >
      <Card>
        {members.isPending && <SkeletonRows count={3} label={t`Reading the team`} />}
        {members.isError && !members.data && (
          <LoadProblem error={members.error} onRetry={() => void members.refetch()} />
        )}
        <ul>
          {members.data?.map((member) => (
            <MemberRow key={member.id} member={member} />
          ))}
        </ul>
      </Card>
      {may('manage-members') && <Invitations />}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Page>
  )
}

function MemberRow({ member }: { member: Row }) {
  const { t } = useLingui()
  const { me } = useMe()
  const client = useQueryClient()
  const roles = useRoleWords()
  const words = useProblemWords()
  const [removing, setRemoving] = useState(false)
  const refresh = () => client.invalidateQueries({ queryKey: ['members'] })
  const change = useMutation({
    mutationFn: changeRole,
    onError: (error) => toast(words(error), { tone: 'problem' }),
    onSettled: refresh,
  })
  const remove = useMutation({
    mutationFn: () => removeMember(member.id),
    onSuccess: () => setRemoving(false),
    onSettled: refresh,
  })
  const role = change.isPending ? change.variables.role : member.role
  return (
    <li className="flex flex-wrap items-center gap-3 border-b border-line px-4 py-2.5 last:border-b-0">
      <Avatar name={member.name} />
      <div className="min-w-0 flex-1 basis-40">
        <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
          {member.name}
          {member.id === me.memberId && <Badge>{t`you`}</Badge>}
          {!member.hasSignIn && (
            <Badge
              tone="soon"
              title={t`They came with an import. Invite them once more at this address, and they set a new password.`}
            >
              {t`not back yet: invite again`}
            </Badge>
          )}
          {member.hasSignIn && !member.secondFactor && (
            <Badge tone="soon">{t`no second factor yet`}</Badge>
          )}
        </p>
        <p className="truncate text-xs text-text-3">{member.email}</p>
      </div>
      {member.can.changeRole ? (
        <Select
          aria-label={t`Role of ${member.name}`}
          value={role}
          onChange={(event) =>
            change.mutate({ id: member.id, role: MemberRole.parse(event.target.value) })
          }
          className="!w-auto"
        >
          {MemberRole.options.map((each) => (
            <option key={each} value={each} title={roles[each].what}>
              {roles[each].name}
            </option>
          ))}
        </Select>
      ) : (
        <span className="text-sm text-text-2" title={roles[member.role].what}>
          {roles[member.role].name}
        </span>
      )}
      {member.can.remove && (
        <IconButton label={t`Remove ${member.name}`} onClick={() => setRemoving(true)}>
          <UserMinus size={16} aria-hidden />
        </IconButton>
      )}
      {removing && (
        <Confirm
          title={t`Remove ${member.name} from the team?`}
          act={t`Remove`}
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setRemoving(false)}
        >
          <p>
            <Trans>Their sessions end at once. What they wrote stays, under their name.</Trans>
          </p>
          <FormProblem error={remove.error} />
        </Confirm>
      )}
    </li>
  )
}
