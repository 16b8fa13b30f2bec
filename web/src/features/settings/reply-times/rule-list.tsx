import { Trans, useLingui } from '@lingui/react/macro'
import { ListChecks, Pencil, Plus, Trash2, Undo2 } from 'lucide-react'
import { useState } from 'react'
import type { ClockPolicy, ClockRule, RulePerson } from '../../../../../contract/clock.ts'
import { rankRules } from '../../../../../contract/clock-order.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { EmptyState } from '../../../ui/messages.tsx'
import { Card, Section } from '../../../ui/page.tsx'
import { RuleDialog } from './rule-dialog.tsx'
import { sameWhen } from './rule-of.ts'
import { type Named, useRuleWords } from './rule-words.ts'

/** The rules in words, the strongest first, each to be changed or removed; what was removed can be put back. */
export function RuleList({
  policy,
  named,
  onChange,
  onPerson,
}: {
  policy: ClockPolicy
  named: Named
  onChange(rules: ClockRule[]): void
  onPerson(person: RulePerson): void
}) {
  const { t } = useLingui()
  const { rules } = policy
  const [open, setOpen] = useState<number | 'new' | null>(null)
  const [removed, setRemoved] = useState<readonly ClockRule[]>([])
  const missing = removed.filter(({ when }) => !rules.some((rule) => sameWhen(rule.when, when)))
  return (
    <Section
      title={t`Rules`}
      intro={
        rules.length > 1
          ? t`Who asks for more, or less. Where several fit, the upper one wins.`
          : t`Who asks for more, or less.`
      }
      actions={
        <Button onClick={() => setOpen('new')}>
          <Plus size={14} aria-hidden />
          <Trans>New rule</Trans>
        </Button>
      }
    >
      <Card>
        {rules.length === 0 && missing.length === 0 && (
          <EmptyState icon={ListChecks} title={t`No rules`}>
            <Trans>The same is promised to everybody.</Trans>
          </EmptyState>
        )}
        <ol aria-label={t`Rules`}>
          {rankRules(policy).map(({ rule, index }, place) => (
            <RuleRow
              key={JSON.stringify(rule.when)}
              rule={rule}
              place={place + 1}
              named={named}
              onOpen={() => setOpen(index)}
              onRemove={() => {
                setRemoved([...missing, rule])
                onChange(rules.toSpliced(index, 1))
              }}
            />
          ))}
        </ol>
        {missing.length > 0 && (
          <RemovedRules
            rules={missing}
            named={named}
            onBack={(rule) => onChange([...rules, rule])}
          />
        )}
      </Card>
      {open !== null && (
        <RuleDialog
          rule={open === 'new' ? null : (rules[open] ?? null)}
          others={rules.filter((_, index) => index !== open)}
          named={named}
          onClose={() => setOpen(null)}
          onKeep={(rule, person) => {
            if (person) onPerson(person)
            onChange(open === 'new' ? [...rules, rule] : rules.with(open, rule))
            setOpen(null)
          }}
        />
      )}
    </Section>
  )
}

function RuleRow({
  rule,
  place,
  named,
  onOpen,
  onRemove,
}: {
  rule: ClockRule
  place: number
  named: Named
  onOpen(): void
  onRemove(): void
}) {
  const { t } = useLingui()
  const words = useRuleWords(named)(rule)
  const person = named.people.find(({ id }) => id === rule.when.personId)
  return (
    <li className="flex items-start gap-2 border-b border-line px-4 py-2 last:border-b-0">
      <span className="tnum pt-1.5 text-xs text-text-3">{place}.</span>
      <div className="min-w-0 flex-1 pt-1.5">
        <p className="text-sm break-words">{words}</p>
        {person?.is === 'erased' && (
          <p className="text-xs text-soon">
            <Trans>This customer's data was erased: this rule is about nobody now.</Trans>
          </p>
        )}
      </div>
      <span className="flex">
        <IconButton label={t`Change: ${words}`} onClick={onOpen}>
          <Pencil size={14} aria-hidden />
        </IconButton>
        <IconButton label={t`Remove: ${words}`} onClick={onRemove}>
          <Trash2 size={14} aria-hidden />
        </IconButton>
      </span>
    </li>
  )
}

/** Gone when the reply times are saved. */
function RemovedRules({
  rules,
  named,
  onBack,
}: {
  rules: readonly ClockRule[]
  named: Named
  onBack(rule: ClockRule): void
}) {
  const { t } = useLingui()
  const words = useRuleWords(named)
  return (
    <ul aria-label={t`Removed`} className="border-t border-line bg-sunken first:border-t-0">
      {rules.map((rule) => (
        <li key={JSON.stringify(rule.when)} className="flex items-center gap-2 px-4 py-1.5">
          <p className="min-w-0 flex-1 text-sm break-words text-text-3">
            <del>{words(rule)}</del>
          </p>
          <Button
            size="sm"
            // The button that was pressed is gone; this one takes it back.
            autoFocus
            aria-label={t`Put back: ${words(rule)}`}
            onClick={() => onBack(rule)}
          >
            <Undo2 size={14} aria-hidden />
            <Trans>Put back</Trans>
          </Button>
        </li>
      ))}
    </ul>
  )
}
