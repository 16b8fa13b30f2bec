import { Trans, useLingui } from '@lingui/react/macro'
import { ListChecks, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Channel } from '../../../../../contract/channels.ts'
import type { CalendarView, ClockRule } from '../../../../../contract/clock.ts'
import { useConditionWords, useTargetWords } from '../../../lib/clock-words.ts'
import { atHandle } from '../../../lib/handles.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { EmptyState } from '../../../ui/messages.tsx'
import { Card, Section } from '../../../ui/page.tsx'
import { RuleDialog } from './rule-dialog.tsx'

/** The rules in words, each to be changed or removed. */
export function RuleList({
  rules,
  onChange,
  calendars,
  channels,
}: {
  rules: ClockRule[]
  onChange(rules: ClockRule[]): void
  calendars: readonly CalendarView[]
  channels: readonly Channel[]
}) {
  const { t } = useLingui()
  const words = useRuleWords(calendars, channels)
  const [open, setOpen] = useState<number | 'new' | null>(null)
  return (
    <Section
      title={t`Rules`}
      intro={t`Who asks for more, or less. When several fit, the person counts before severity, language and channel, in this order.`}
      actions={
        <Button onClick={() => setOpen('new')}>
          <Plus size={14} aria-hidden />
          <Trans>New rule</Trans>
        </Button>
      }
    >
      <Card>
        {rules.length === 0 && (
          <EmptyState icon={ListChecks} title={t`No rules`}>
            <Trans>The same is promised to everybody.</Trans>
          </EmptyState>
        )}
        <ul>
          {rules.map((rule, index) => (
            <li
              key={JSON.stringify(rule.when)}
              className="flex items-center gap-2 border-b border-line px-4 py-2.5 last:border-b-0"
            >
              <p className="min-w-0 flex-1 text-sm">{words(rule)}</p>
              <Button
                size="sm"
                onClick={() => setOpen(index)}
                aria-label={t`Change: ${words(rule)}`}
              >
                <Trans>Change</Trans>
              </Button>
              <IconButton
                label={t`Remove: ${words(rule)}`}
                onClick={() => onChange(rules.toSpliced(index, 1))}
              >
                <Trash2 size={14} aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      </Card>
      {open !== null && (
        <RuleDialog
          rule={open === 'new' ? null : (rules[open] ?? null)}
          others={rules.filter((_, index) => index !== open)}
          calendars={calendars}
          channels={channels}
          onClose={() => setOpen(null)}
          onKeep={(rule) => {
            onChange(open === 'new' ? [...rules, rule] : rules.with(open, rule))
            setOpen(null)
          }}
        />
      )}
    </Section>
  )
}

/** "Channel @shop, language Romanian → 30 min of opening hours, by Night shift". */
function useRuleWords(calendars: readonly CalendarView[], channels: readonly Channel[]) {
  const { t } = useLingui()
  const condition = useConditionWords()
  const target = useTargetWords()
  const handleOf = (id: string) => {
    const channel = channels.find((one) => one.id === id)
    return channel ? atHandle(channel) : t`that is gone`
  }
  return (rule: ClockRule) => {
    const decides = [
      ...(rule.target ? [target(rule.target)] : []),
      ...(rule.ignoresOfficeHours ? [t`day and night`] : []),
      ...(rule.calendarId
        ? [t`by “${calendars.find(({ id }) => id === rule.calendarId)?.name ?? ''}”`]
        : []),
    ]
    return `${condition(rule.when, handleOf)} → ${decides.join(', ')}`
  }
}
