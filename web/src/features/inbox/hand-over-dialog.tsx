import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Conversation } from '../../../../contract/conversations.ts'
import { HandOverInput } from '../../../../contract/departments.ts'
import { useProblemWords } from '../../lib/problem-words.ts'
import { departmentsQuery, handOver, undoHandOver } from '../../lib/queries/departments.ts'
import { membersQuery } from '../../lib/queries/members.ts'
import { useMe } from '../../lib/queries/session.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Select, TextArea } from '../../ui/field.tsx'
import { FormProblem } from '../../ui/messages.tsx'

/** Gives the conversation to a department, a colleague or both, with what they should know. */
export function HandOverDialog({
  conversation,
  onClose,
}: {
  conversation: Conversation
  onClose(): void
}) {
  const { t } = useLingui()
  const { me, may } = useMe()
  const departments = useQuery(departmentsQuery).data ?? []
  const members = useQuery({ ...membersQuery, enabled: may('read-members') }).data ?? []
  const [department, setDepartment] = useState('')
  const [member, setMember] = useState('')
  const [note, setNote] = useState('')
  const input = HandOverInput.safeParse({
    ...(department && { departmentId: department }),
    ...(member && { memberId: member }),
    note,
  })
  const give = useHandOver(conversation, onClose)
  const inside = new Set(departments.find((one) => one.id === department)?.members.map((m) => m.id))
  const others = members.filter((one) => one.id !== me.memberId)
  // Those of the department first: mostly it is one of them.
  const ordered = [...others].sort((a, b) => Number(inside.has(b.id)) - Number(inside.has(a.id)))
  const submit = () => input.success && give.mutate(input.data)
  return (
    <Dialog
      title={t`Hand over`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" busy={give.isPending} disabled={!input.success} onClick={submit}>
            <Trans>Hand over</Trans>
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        {departments.length > 0 && (
          <Field label={t`Department`}>
            {(wiring) => (
              <Select
                {...wiring}
                value={department}
                onChange={(event) => setDepartment(event.target.value)}
              >
                <option value="">{t`As it is`}</option>
                {departments.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        <Field label={t`Colleague`}>
          {(wiring) => (
            <Select {...wiring} value={member} onChange={(event) => setMember(event.target.value)}>
              <option value="">{t`Whoever takes it`}</option>
              {ordered.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field
          label={t`What should they know?`}
          hint={t`Pinned in the conversation until they have read it. The customer never sees it.`}
        >
          {(wiring) => (
            <TextArea
              {...wiring}
              rows={4}
              value={note}
              onChange={(event) => setNote(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit()
              }}
            />
          )}
        </Field>
        {!department && !member && (
          <p className="text-xs text-text-3">
            <Trans>Choose a department or a colleague.</Trans>
          </p>
        )}
        <FormProblem error={give.error} />
      </form>
    </Dialog>
  )
}

function useHandOver({ id, person }: Conversation, onDone: () => void) {
  const { t } = useLingui()
  const client = useQueryClient()
  const words = useProblemWords()
  const onSettled = () => client.invalidateQueries({ queryKey: ['conversations'] })
  const undo = useMutation({
    mutationFn: () => undoHandOver(id),
    onError: (error) => toast(words(error), { tone: 'problem' }),
    onSettled,
  })
  return useMutation({
    mutationFn: (input: HandOverInput) => handOver(id, input),
    onSuccess: () => {
      toast(t`${person.name} is handed over.`, {
        action: { label: t`Undo`, run: () => undo.mutate() },
      })
      onDone()
    },
    onSettled,
  })
}
