import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Pencil, Plus, TextQuote, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { ReplyRules } from '../../../../contract/replies.ts'
import type { Snippet } from '../../../../contract/snippets.ts'
import { fieldErrors } from '../../lib/problem-words.ts'
import { useMe } from '../../lib/queries/session.ts'
import {
  changeReplyRules,
  removeSnippet,
  replyRulesQuery,
  snippetsQuery,
} from '../../lib/queries/snippets.ts'
import { toast } from '../../lib/toasts.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Badge, Callout, EmptyState, FormProblem, LoadProblem } from '../../ui/messages.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { SnippetDialog } from './snippet-dialog.tsx'

/** How replies stay personal, and what they may begin with. */
export function RepliesPage() {
  const { t } = useLingui()
  const { may } = useMe()
  const rules = useQuery(replyRulesQuery)
  const snippets = useQuery(snippetsQuery)
  const [editing, setEditing] = useState<Snippet | 'new' | null>(null)
  return (
    <Page
      title={t`Replies`}
      intro={t`Every customer gets words of their own: a text that is too like one sent before does not leave.`}
    >
      <Card className="p-5">
        {rules.data ? (
          <RulesForm key={JSON.stringify(rules.data)} rules={rules.data} />
        ) : rules.isError ? (
          <LoadProblem error={rules.error} onRetry={() => void rules.refetch()} />
        ) : (
          <SkeletonRows count={2} label={t`Reading the rules`} />
        )}
      </Card>
      <section aria-label={t`Snippets`} className="flex flex-col gap-3">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h2 className="text-lg font-semibold">
            <Trans>Snippets</Trans>
          </h2>
          {may('draft') && (
            <Button look="primary" onClick={() => setEditing('new')}>
              <Plus size={14} aria-hidden />
              <Trans>New snippet</Trans>
            </Button>
          )}
        </div>
        <p className="text-sm text-text-2">
          <Trans>
            Starting points for replies: type ; in the box to put one in. They must be changed
            before they leave.
          </Trans>
        </p>
        <Card>
          {snippets.isPending && <SkeletonRows count={3} label={t`Reading snippets`} />}
          {snippets.isError && !snippets.data && (
            <LoadProblem error={snippets.error} onRetry={() => void snippets.refetch()} />
          )}
          {snippets.data?.length === 0 && (
            <EmptyState icon={TextQuote} title={t`No snippets yet`}>
              <Trans>
                What you explain again and again can begin from a snippet, with gaps for what is
                different each time.
              </Trans>
            </EmptyState>
          )}
          <ul>
            {snippets.data?.map((snippet) => (
              <SnippetRow key={snippet.id} snippet={snippet} onEdit={() => setEditing(snippet)} />
            ))}
          </ul>
        </Card>
      </section>
      {editing && (
        <SnippetDialog
          snippet={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </Page>
  )
}

function RulesForm({ rules }: { rules: ReplyRules }) {
  const { t } = useLingui()
  const { may } = useMe()
  const client = useQueryClient()
  const [days, setDays] = useState(String(rules.windowDays))
  const [percent, setPercent] = useState(String(Math.round(rules.threshold * 100)))
  const save = useMutation({
    mutationFn: () =>
      changeReplyRules({ windowDays: Number(days), threshold: Number(percent) / 100 }),
    onSuccess: (next) => {
      client.setQueryData(replyRulesQuery.queryKey, next)
      toast(t`Saved.`)
    },
  })
  const errors = fieldErrors(save.error)
  const mayChange = may('manage-workspace')
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      {!mayChange && <Callout>{t`Only owners and admins change this; you can look.`}</Callout>}
      <fieldset disabled={!mayChange} className="grid gap-5 sm:grid-cols-2">
        <Field
          label={t`Too like, from this share of the same words (%)`}
          hint={t`70 finds a reply with a few words changed. Names, greetings and signatures do not count.`}
          error={errors.threshold}
        >
          {(wiring) => (
            <TextInput
              {...wiring}
              type="number"
              min={50}
              max={100}
              required
              value={percent}
              onChange={(event) => setPercent(event.target.value)}
            />
          )}
        </Field>
        <Field
          label={t`Compared with replies of so many days`}
          hint={t`At most 366. Older replies may be said again.`}
          error={errors.windowDays}
        >
          {(wiring) => (
            <TextInput
              {...wiring}
              type="number"
              min={1}
              max={366}
              required
              value={days}
              onChange={(event) => setDays(event.target.value)}
            />
          )}
        </Field>
      </fieldset>
      <FormProblem error={save.error} />
      {mayChange && (
        <Button type="submit" look="primary" className="self-start" busy={save.isPending}>
          <Trans>Save</Trans>
        </Button>
      )}
    </form>
  )
}

function SnippetRow({ snippet, onEdit }: { snippet: Snippet; onEdit(): void }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [removing, setRemoving] = useState(false)
  const remove = useMutation({
    mutationFn: () => removeSnippet(snippet.id),
    onSuccess: () => setRemoving(false),
    onSettled: () => client.invalidateQueries({ queryKey: ['snippets'] }),
  })
  const { name, shared, en, ro, can } = snippet
  return (
    <li className="flex items-start gap-2 border-b border-line px-4 py-2.5 last:border-b-0">
      <div className="flex min-w-0 flex-1 flex-col gap-0.5">
        <p className="flex flex-wrap items-center gap-2 text-sm">
          <span className="font-medium">{name}</span>
          {!shared && <Badge>{t`only you`}</Badge>}
          {en && <Badge>EN</Badge>}
          {ro && <Badge>RO</Badge>}
        </p>
        <p className="line-clamp-2 text-sm text-text-3">{en || ro}</p>
      </div>
      {can.change && (
        <>
          <IconButton label={t`Change ${name}`} onClick={onEdit}>
            <Pencil size={14} aria-hidden />
          </IconButton>
          <IconButton label={t`Remove ${name}`} onClick={() => setRemoving(true)}>
            <Trash2 size={14} aria-hidden />
          </IconButton>
        </>
      )}
      {removing && (
        <Confirm
          title={t`Remove ${name}?`}
          act={t`Remove`}
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setRemoving(false)}
        >
          <p>
            <Trans>Nobody can begin a reply from it any more. What was sent stays as it is.</Trans>
          </p>
          <FormProblem error={remove.error} />
        </Confirm>
      )}
    </li>
  )
}
