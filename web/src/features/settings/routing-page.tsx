import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowDown, ArrowUp, Pencil, Plus, Split, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Routing, Rule, Trial } from '../../../../contract/routing.ts'
import { toast } from '../../lib/toasts.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Callout, EmptyState, FormProblem, LoadProblem } from '../../ui/messages.tsx'
import { Card, Page, Section } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { RoutingVersions } from './routing-versions.tsx'
import { RuleDialog } from './rule-dialog.tsx'
import { useRuleWords } from './rule-words.ts'
import { goLive, keepDraft, routingQuery, tryRules } from './team-queries.ts'
import { TrialReport } from './trial-report.tsx'

/** Rules for new conversations: written as a draft, tried on past ones, then live. */
export function RoutingPage() {
  const { t } = useLingui()
  const routing = useQuery(routingQuery)
  return (
    <Page
      title={t`Routing`}
      intro={t`Rules give new conversations their department and holder. They are asked in order, and the first that matches decides.`}
    >
      {routing.isPending && (
        <Card>
          <SkeletonRows count={3} label={t`Reading the rules`} />
        </Card>
      )}
      {routing.isError && !routing.data && (
        <LoadProblem error={routing.error} onRetry={() => void routing.refetch()} />
      )}
      {routing.data && <RulesEditor routing={routing.data} />}
      {routing.data && <RoutingVersions routing={routing.data} />}
    </Page>
  )
}

const LAST = 200

function RulesEditor({ routing }: { routing: Routing }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [editing, setEditing] = useState<Rule | 'new'>()
  const [trial, setTrial] = useState<Trial>()
  const rules = routing.draft
  const live = routing.live?.version ?? null
  const isLive = JSON.stringify(rules) === JSON.stringify(routing.live?.rules ?? [])
  const keep = useMutation({
    mutationFn: keepDraft,
    onMutate: (next) => {
      setTrial(undefined)
      client.setQueryData(['routing'], { ...routing, draft: next, draftTried: false })
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['routing'] }),
  })
  const attempt = useMutation({
    mutationFn: () => tryRules(rules, LAST),
    onSuccess: setTrial,
    onSettled: () => client.invalidateQueries({ queryKey: ['routing'] }),
  })
  const publish = useMutation({
    mutationFn: () => goLive(rules, live),
    onSuccess: () => {
      toast(t`The rules are live: they route what comes from now on.`)
      setTrial(undefined)
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['routing'] }),
  })
  const put = (rule: Rule) => {
    const known = rules.some(({ id }) => id === rule.id)
    keep.mutate(known ? rules.map((each) => (each.id === rule.id ? rule : each)) : [...rules, rule])
    setEditing(undefined)
  }
  const move = (at: number, by: 1 | -1) => {
    const next = [...rules]
    next.splice(at + by, 0, ...next.splice(at, 1))
    keep.mutate(next)
  }
  return (
    <Section
      title={t`Rules`}
      actions={
        <Button onClick={() => setEditing('new')}>
          <Plus size={14} aria-hidden />
          <Trans>New rule</Trans>
        </Button>
      }
    >
      <Card>
        {rules.length === 0 && (
          <EmptyState icon={Split} title={t`No rules`}>
            <Trans>New conversations wait under Nobody's until somebody takes them.</Trans>
          </EmptyState>
        )}
        <ol>
          {rules.map((rule, at) => (
            <RuleRow
              key={rule.id}
              rule={rule}
              at={at}
              last={at === rules.length - 1}
              onEdit={() => setEditing(rule)}
              onMove={(by) => move(at, by)}
              onRemove={() => keep.mutate(rules.filter(({ id }) => id !== rule.id))}
            />
          ))}
        </ol>
      </Card>
      <FormProblem error={keep.error ?? attempt.error ?? publish.error} />
      {isLive ? (
        <p className="text-sm text-text-3">
          {live === null ? t`No rules are live.` : t`These rules are live.`}
        </p>
      ) : (
        <Callout tone="soon">
          <Trans>
            This is a draft: nothing is routed by it yet. Try it on past conversations, then go
            live.
          </Trans>
        </Callout>
      )}
      <div className="flex flex-wrap gap-2">
        <Button busy={attempt.isPending} onClick={() => attempt.mutate()}>
          <Trans>Try on the last {LAST} conversations</Trans>
        </Button>
        {!isLive && (
          <Button
            look="primary"
            busy={publish.isPending}
            disabled={!routing.draftTried && rules.length > 0}
            title={routing.draftTried ? undefined : t`Try the rules first`}
            onClick={() => publish.mutate()}
          >
            <Trans>Go live</Trans>
          </Button>
        )}
      </div>
      <p role="status" className="text-sm text-text-2">
        {trial && (
          <Plural
            value={trial.tried}
            one="Tried on # conversation; nothing was changed."
            other="Tried on # conversations; nothing was changed."
          />
        )}
      </p>
      {trial && <TrialReport trial={trial} />}
      {editing && (
        <RuleDialog
          rule={editing === 'new' ? null : editing}
          onSave={put}
          onClose={() => setEditing(undefined)}
        />
      )}
    </Section>
  )
}

function RuleRow({
  rule,
  at,
  last,
  onEdit,
  onMove,
  onRemove,
}: {
  rule: Rule
  at: number
  last: boolean
  onEdit(): void
  onMove(by: 1 | -1): void
  onRemove(): void
}) {
  const { t } = useLingui()
  const words = useRuleWords()
  const { name } = rule
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1 border-b border-line px-4 py-2.5 last:border-b-0">
      <span className="tnum pt-0.5 text-xs text-text-3">{at + 1}.</span>
      <div className="min-w-0 flex-1 basis-48">
        <p className="text-sm font-medium break-words">{name}</p>
        <p className="text-xs break-words text-text-3">
          {words.when(rule)} → {words.give(rule)}
        </p>
      </div>
      <span className="flex">
        <IconButton label={t`Move ${name} up`} disabled={at === 0} onClick={() => onMove(-1)}>
          <ArrowUp size={16} aria-hidden />
        </IconButton>
        <IconButton label={t`Move ${name} down`} disabled={last} onClick={() => onMove(1)}>
          <ArrowDown size={16} aria-hidden />
        </IconButton>
        <IconButton label={t`Change ${name}`} onClick={onEdit}>
          <Pencil size={16} aria-hidden />
        </IconButton>
        <IconButton label={t`Remove ${name}`} onClick={onRemove}>
          <Trash2 size={16} aria-hidden />
        </IconButton>
      </span>
    </li>
  )
}
