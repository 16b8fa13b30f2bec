import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Rule } from '../../../../contract/routing.ts'
import { MessageKind } from '../../../../contract/understanding.ts'
import { atHandle } from '../../lib/handles.ts'
import { useKindWords } from '../../lib/kind-words.ts'
import { channelsQuery } from '../../lib/queries/channels.ts'
import { departmentsQuery } from '../../lib/queries/departments.ts'
import { membersQuery } from '../../lib/queries/members.ts'
import { randomId } from '../../lib/random-id.ts'
import { useStateWords } from '../../lib/words.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, Field, Select, TextInput } from '../../ui/field.tsx'
import { formOf, type RuleForm, ruleOf } from './rule-form.ts'

type Part = { form: RuleForm; set(change: Partial<RuleForm>): void }

/** Writes one rule: when it holds, and what it gives. */
export function RuleDialog({
  rule,
  onSave,
  onClose,
}: {
  rule: Rule | null
  onSave(rule: Rule): void
  onClose(): void
}) {
  const { t } = useLingui()
  const [id] = useState(() => rule?.id ?? randomId())
  const [form, setForm] = useState(() => formOf(rule))
  const made = ruleOf(form, id, rule)
  const set = (change: Partial<RuleForm>) => setForm((now) => ({ ...now, ...change }))
  return (
    <Dialog
      title={rule ? t`Change ${rule.name}` : t`New rule`}
      wide
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button look="primary" disabled={!made} onClick={() => made && onSave(made)}>
            <Trans>Keep in the draft</Trans>
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (made) onSave(made)
        }}
      >
        <Field label={t`Name of the rule`}>
          {(wiring) => (
            <TextInput
              {...wiring}
              value={form.name}
              maxLength={80}
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Conditions form={form} set={set} />
        <Effects form={form} set={set} />
        {!made && (
          <p className="text-xs text-text-3">
            <Trans>
              A rule needs a name and something to give. To take turns it needs a department.
            </Trans>
          </p>
        )}
      </form>
    </Dialog>
  )
}

function Conditions({ form, set }: Part) {
  const { t } = useLingui()
  const kinds = useKindWords()
  const channels = useQuery(channelsQuery).data ?? []
  return (
    <fieldset className="grid gap-3 rounded-lg border border-line p-3 sm:grid-cols-2">
      <legend className="px-1 text-sm font-semibold">
        <Trans>When all of this holds</Trans>
      </legend>
      <Field
        label={t`The customer's first words contain`}
        hint={t`With commas between. Capitals and diacritics do not matter; refund* also finds refunds.`}
      >
        {(wiring) => (
          <TextInput
            {...wiring}
            value={form.words}
            onChange={(event) => set({ words: event.target.value })}
          />
        )}
      </Field>
      <Choice
        label={t`Of these words`}
        value={form.of}
        onChange={(value) => set({ of: value === 'all' ? 'all' : 'any' })}
        options={[
          ['any', t`one is enough`],
          ['all', t`all must be there`],
        ]}
      />
      <Choice
        label={t`Their first message is, as Parley reads it`}
        value={form.kind}
        onChange={(value) => set({ kind: MessageKind.safeParse(value).data ?? '' })}
        options={[
          ['', t`anything`],
          ...MessageKind.options.map((kind): [string, string] => [kind, kinds[kind]]),
        ]}
      />
      <Choice
        label={t`Channel`}
        value={form.channelId}
        onChange={(channelId) => set({ channelId })}
        options={[
          ['', t`any`],
          ...channels.map((channel): [string, string] => [channel.id, atHandle(channel)]),
        ]}
      />
      <Field label={t`Language`} hint={t`Tags such as en or ro, with commas between.`}>
        {(wiring) => (
          <TextInput
            {...wiring}
            value={form.languages}
            onChange={(event) => set({ languages: event.target.value })}
          />
        )}
      </Field>
      <Choice
        label={t`Said`}
        value={form.visibility}
        onChange={(value) =>
          set({ visibility: value === 'public' || value === 'private' ? value : '' })
        }
        options={[
          ['', t`in public or private`],
          ['public', t`in public`],
          ['private', t`in private`],
        ]}
      />
      <Choice
        label={t`Opening hours`}
        value={form.openingHours}
        onChange={(value) =>
          set({ openingHours: value === 'open' || value === 'closed' ? value : '' })
        }
        options={[
          ['', t`at any time`],
          ['open', t`in opening hours`],
          ['closed', t`outside opening hours`],
        ]}
      />
      <Choice
        label={t`The person has another open conversation`}
        value={form.openConversation}
        onChange={(value) =>
          set({ openConversation: value === 'yes' || value === 'no' ? value : '' })
        }
        options={[
          ['', t`yes or no`],
          ['yes', t`yes`],
          ['no', t`no`],
        ]}
      />
    </fieldset>
  )
}

function Effects({ form, set }: Part) {
  const { t } = useLingui()
  const states = useStateWords()
  const departments = useQuery(departmentsQuery).data ?? []
  const members = useQuery(membersQuery).data ?? []
  return (
    <fieldset className="grid gap-3 rounded-lg border border-line p-3 sm:grid-cols-2">
      <legend className="px-1 text-sm font-semibold">
        <Trans>The conversation gets</Trans>
      </legend>
      <Choice
        label={t`Department`}
        value={form.departmentId}
        onChange={(departmentId) => set({ departmentId })}
        options={[
          ['', t`none`],
          ...departments.map(({ id, name }): [string, string] => [id, name]),
        ]}
      />
      <Choice
        label={t`Holder`}
        value={form.assign}
        onChange={(assign) => set({ assign })}
        options={[
          ['', t`nobody yet`],
          ['in-turn', t`the department, in turn`],
          ['least-loaded', t`who holds the fewest there`],
          ...members.map(({ id, name }): [string, string] => [id, name]),
        ]}
      />
      <Field label={t`Severity`} hint={t`A word of your own, such as high.`}>
        {(wiring) => (
          <TextInput
            {...wiring}
            value={form.severity}
            maxLength={40}
            onChange={(event) => set({ severity: event.target.value })}
          />
        )}
      </Field>
      <Choice
        label={t`State`}
        value={form.state}
        onChange={(state) => set({ state })}
        options={[
          ['', states.new],
          ['open', states.open],
          ['waiting-colleague', states['waiting-colleague']],
        ]}
      />
      <div className="sm:col-span-2">
        <Checkbox
          label={t`Also when a customer writes in a conversation that was done`}
          checked={form.onReopen}
          onChange={(event) => set({ onReopen: event.target.checked })}
        />
      </div>
    </fieldset>
  )
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: string
  options: readonly (readonly [string, string])[]
  onChange(value: string): void
}) {
  return (
    <Field label={label}>
      {(wiring) => (
        <Select {...wiring} value={value} onChange={(event) => onChange(event.target.value)}>
          {options.map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}
