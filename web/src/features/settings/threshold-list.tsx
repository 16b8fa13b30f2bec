import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { type Threshold, ThresholdInput } from '../../../../contract/digest.ts'
import { fieldErrors, useProblemWords } from '../../lib/problem-words.ts'
import { addThreshold, removeThreshold, thresholdsQuery } from '../../lib/queries/digest.ts'
import { membersQuery } from '../../lib/queries/members.ts'
import { useMe } from '../../lib/queries/session.ts'
import { toast } from '../../lib/toasts.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Field, Select, TextInput } from '../../ui/field.tsx'
import { Badge, FormProblem, LoadProblem } from '../../ui/messages.tsx'
import { Card, Section } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'

/** When somebody is called at once, and whom. */
export function ThresholdList() {
  const { t } = useLingui()
  const list = useQuery(thresholdsQuery)
  return (
    <Section
      title={t`Call somebody at once`}
      intro={t`A mail within a minute, once, until it was over in between.`}
    >
      <Card>
        {list.isPending && <SkeletonRows count={2} label={t`Reading thresholds`} />}
        {list.isError && !list.data && (
          <LoadProblem error={list.error} onRetry={() => void list.refetch()} />
        )}
        <ul>
          {list.data?.map((threshold) => (
            <Row key={threshold.id} threshold={threshold} />
          ))}
        </ul>
        {list.data && <AddForm />}
      </Card>
    </Section>
  )
}

function Row({ threshold }: { threshold: Threshold }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const words = useProblemWords()
  const { member, aboveSince } = threshold
  const remove = useMutation({
    mutationFn: () => removeThreshold(threshold.id),
    onError: (error) => toast(words(error), { tone: 'problem' }),
    onSettled: () => client.invalidateQueries({ queryKey: thresholdsQuery.queryKey }),
  })
  return (
    <li className="flex items-center gap-3 border-b border-line px-4 py-2.5">
      <div className="flex min-w-0 flex-1 flex-col">
        <p className="text-sm font-medium">
          <Condition threshold={threshold} />
        </p>
        <p className="text-xs text-text-3">
          <Trans>calls {member.name}</Trans>
        </p>
      </div>
      {aboveSince && <Badge tone="late">{t`now`}</Badge>}
      <IconButton label={t`Remove this call`} onClick={() => remove.mutate()}>
        <Trash2 size={14} aria-hidden />
      </IconButton>
    </li>
  )
}

function Condition({ threshold }: { threshold: Threshold }) {
  const bound = threshold.bound ?? 0
  switch (threshold.kind) {
    case 'late':
      return (
        <Plural
          value={bound}
          one="More than # customer waits past the reply time"
          other="More than # customers wait past the reply time"
        />
      )
    case 'waits':
      return (
        <Plural
          value={bound}
          one="A customer waits longer than # hour"
          other="A customer waits longer than # hours"
        />
      )
    case 'urgent':
      return <Trans>An urgent conversation waits for an answer</Trans>
  }
}

function AddForm() {
  const { t } = useLingui()
  const { me } = useMe()
  const client = useQueryClient()
  const members = useQuery(membersQuery).data ?? []
  const [kind, setKind] = useState<Threshold['kind']>('late')
  const [bound, setBound] = useState('5')
  const [memberId, setMemberId] = useState<string>(me.memberId)
  const add = useMutation({
    mutationFn: () =>
      addThreshold(
        ThresholdInput.parse(
          kind === 'urgent' ? { kind, memberId } : { kind, bound: Number(bound), memberId },
        ),
      ),
    onSuccess: () => toast(t`Saved.`),
    onSettled: () => client.invalidateQueries({ queryKey: thresholdsQuery.queryKey }),
  })
  const errors = fieldErrors(add.error)
  const kinds = { late: t`Many wait too long`, waits: t`One waits too long`, urgent: t`Urgent` }
  return (
    <form
      className="flex flex-col gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault()
        add.mutate()
      }}
    >
      <div className="grid items-start gap-4 sm:grid-cols-3">
        <Field label={t`When`} error={errors.kind}>
          {(wiring) => (
            <Select
              {...wiring}
              value={kind}
              onChange={({ target: { value } }) => {
                if (value === 'late' || value === 'waits' || value === 'urgent') setKind(value)
              }}
            >
              <option value="late">{kinds.late}</option>
              <option value="waits">{kinds.waits}</option>
              <option value="urgent">{kinds.urgent}</option>
            </Select>
          )}
        </Field>
        {kind !== 'urgent' && (
          <Field
            label={kind === 'late' ? t`More than so many customers` : t`Longer than so many hours`}
            error={errors.bound}
          >
            {(wiring) => (
              <TextInput
                {...wiring}
                type="number"
                required
                step={1}
                min={kind === 'late' ? 0 : 1}
                max={kind === 'late' ? 100_000 : 8760}
                value={bound}
                onChange={(event) => setBound(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field label={t`Call`} error={errors.memberId}>
          {(wiring) => (
            <Select
              {...wiring}
              value={memberId}
              onChange={(event) => setMemberId(event.target.value)}
            >
              {members.map((member) => (
                <option key={member.id} value={member.id}>
                  {member.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <FormProblem error={add.error} />
      <Button type="submit" className="self-start" busy={add.isPending}>
        <Trans>Add</Trans>
      </Button>
    </form>
  )
}
