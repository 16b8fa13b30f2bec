import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, Webhook as WebhookIcon } from 'lucide-react'
import { useState } from 'react'
import type { Webhook } from '../../../../contract/webhooks.ts'
import { useProblemWords } from '../../lib/problem-words.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Badge, Callout, EmptyState, FormProblem, LoadProblem } from '../../ui/messages.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Ago } from '../../ui/time.tsx'
import { WebhookDialog } from './webhook-dialog.tsx'
import { WebhookLog } from './webhook-log.tsx'
import { changeWebhook, removeWebhook, testWebhook, webhooksQuery } from './webhook-queries.ts'

/** Addresses of the business's own programs that are told of events. */
export function WebhooksPage() {
  const { t } = useLingui()
  const hooks = useQuery(webhooksQuery)
  const [making, setMaking] = useState(false)
  return (
    <Page
      title={t`Webhooks`}
      intro={t`Parley tells your own programs when something happens: what and where, never the words of a customer.`}
      actions={
        <Button look="primary" onClick={() => setMaking(true)}>
          <Plus size={14} aria-hidden />
          <Trans>New webhook</Trans>
        </Button>
      }
    >
      {hooks.isPending && <SkeletonRows count={2} label={t`Reading the webhooks`} />}
      {hooks.isError && !hooks.data && (
        <LoadProblem error={hooks.error} onRetry={() => void hooks.refetch()} />
      )}
      {hooks.data?.length === 0 && (
        <Card>
          <EmptyState icon={WebhookIcon} title={t`No webhooks yet`}>
            <Trans>
              Make one when a shop system or a script should know at once that a customer wrote or a
              reply was sent.
            </Trans>
          </EmptyState>
        </Card>
      )}
      {hooks.data?.map((hook) => (
        <WebhookCard key={hook.id} hook={hook} />
      ))}
      {making && <WebhookDialog onClose={() => setMaking(false)} />}
    </Page>
  )
}

function WebhookCard({ hook }: { hook: Webhook }) {
  const [open, setOpen] = useState<'change' | 'remove'>()
  const [log, setLog] = useState(false)
  return (
    <Card className="overflow-hidden">
      <div className="flex flex-col gap-2 px-4 py-3">
        <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
          <span className="min-w-0 break-all">{hook.url}</span> <State hook={hook} />
        </p>
        <p className="flex flex-wrap items-center gap-1 text-xs text-text-3">
          {hook.events.map((event) => (
            <Badge key={event}>{event}</Badge>
          ))}
          {hook.succeededAt ? (
            <Trans>
              last heard <Ago at={hook.succeededAt} />
            </Trans>
          ) : (
            <Trans>never heard</Trans>
          )}
        </p>
        {hook.pausedWhy && (
          <Callout tone="late">
            {hook.pausedWhy}{' '}
            <Trans>Nothing is told until you resume it. Mend the address first.</Trans>
          </Callout>
        )}
        <div className="flex flex-wrap gap-2 pt-1">
          <Acts hook={hook} onTested={() => setLog(true)} />
          <Button size="sm" aria-expanded={log} onClick={() => setLog(!log)}>
            {log ? <Trans>Hide the log</Trans> : <Trans>Show the log</Trans>}
          </Button>
          <Button size="sm" onClick={() => setOpen('change')}>
            <Trans>Change</Trans>
          </Button>
          <Button size="sm" look="danger" onClick={() => setOpen('remove')}>
            <Trans>Remove</Trans>
          </Button>
        </div>
      </div>
      {log && <WebhookLog webhookId={hook.id} />}
      {open === 'change' && <WebhookDialog webhook={hook} onClose={() => setOpen(undefined)} />}
      {open === 'remove' && <RemoveDialog hook={hook} onClose={() => setOpen(undefined)} />}
    </Card>
  )
}

function State({ hook }: { hook: Webhook }) {
  if (hook.state === 'paused')
    return (
      <Badge tone={hook.pausedWhy ? 'late' : 'plain'}>
        <Trans>Paused</Trans>
      </Badge>
    )
  if (hook.failures > 0)
    return (
      <Badge tone="soon">
        <Trans>Does not answer well</Trans>
      </Badge>
    )
  return (
    <Badge tone="ok">
      <Trans>Active</Trans>
    </Badge>
  )
}

function Acts({ hook, onTested }: { hook: Webhook; onTested(): void }) {
  const client = useQueryClient()
  const words = useProblemWords()
  const onError = (error: unknown) => toast(words(error), { tone: 'problem' })
  const test = useMutation({
    mutationFn: () => testWebhook(hook.id),
    onSuccess: onTested,
    onError,
    onSettled: () => client.invalidateQueries({ queryKey: ['webhook-calls', hook.id] }),
  })
  const turn = useMutation({
    mutationFn: () => changeWebhook(hook.id, { active: hook.state === 'paused' }),
    onError,
    onSettled: () => client.invalidateQueries({ queryKey: ['webhooks'] }),
  })
  return (
    <>
      <Button size="sm" busy={test.isPending} onClick={() => test.mutate()}>
        <Trans>Send a test</Trans>
      </Button>
      <Button size="sm" busy={turn.isPending} onClick={() => turn.mutate()}>
        {hook.state === 'paused' ? <Trans>Resume</Trans> : <Trans>Pause</Trans>}
      </Button>
    </>
  )
}

function RemoveDialog({ hook, onClose }: { hook: Webhook; onClose(): void }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => removeWebhook(hook.id),
    onSuccess: onClose,
    onSettled: () => client.invalidateQueries({ queryKey: ['webhooks'] }),
  })
  return (
    <Confirm
      title={t`Remove this webhook?`}
      act={t`Remove`}
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>
        <Trans>
          The address is told of nothing any more. Its secret and its log are gone; this cannot be
          undone.
        </Trans>
      </p>
      <FormProblem error={remove.error} />
    </Confirm>
  )
}
