import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  CircleAlert,
  CircleCheck,
  CircleHelp,
  Clock,
  ExternalLink,
  EyeOff,
  Pause,
  Send,
  Undo2,
} from 'lucide-react'
import { useState } from 'react'
import type { Conversation } from '../../../../contract/conversations.ts'
import type { DeliveryView } from '../../../../contract/deliveries.ts'
import { useNetworkWords } from '../../lib/network-words.ts'
import { useNow } from '../../lib/now.ts'
import { useProblemWords } from '../../lib/problem-words.ts'
import { cancelDelivery, retryDelivery } from '../../lib/queries/deliveries.ts'
import { toast } from '../../lib/toasts.ts'
import { Button, buttonLook } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { ClockTime } from '../../ui/time.tsx'
import { useDeliveryWords } from './delivery-words.ts'
import { DecisionDialog } from './late-parts.tsx'

const icons = {
  queued: Clock,
  held: Pause,
  sending: Send,
  sent: CircleCheck,
  failed: CircleAlert,
  unknown: CircleHelp,
  cancelled: Undo2,
}
const colours = {
  plain: 'text-text-3',
  late: 'text-late',
  soon: 'text-soon',
  ok: 'text-ok',
  note: 'text-note',
  accent: 'text-accent-text',
}

/** A reply on its way, with the truth about it and what can be done. */
export function DeliveryCard({
  delivery,
  conversation,
  onTakenBack,
}: {
  delivery: DeliveryView
  conversation: Conversation
  onTakenBack(delivery: DeliveryView): void
}) {
  const { t } = useLingui()
  const networkName = useNetworkWords()(conversation.channel).inText
  const { tone, title, detail } = useDeliveryWords()(delivery, networkName)
  const Icon = icons[delivery.state]
  const troubled =
    delivery.state === 'failed' || delivery.state === 'unknown' || delivery.state === 'held'
  return (
    <article
      aria-label={t`Reply by ${delivery.createdBy}: ${title}`}
      className="flex max-w-[85%] flex-col items-end gap-1 self-end"
    >
      <p className="flex items-center gap-1.5 px-1 text-xs text-text-3">
        <span className="font-medium text-text-2">{delivery.createdBy}</span>
        <ClockTime at={delivery.createdAt} />
      </p>
      <div
        className={classes(
          'rounded-2xl rounded-tr-sm px-3.5 py-2',
          delivery.state === 'sent'
            ? 'bg-accent-soft'
            : 'border border-dashed border-line-strong bg-surface',
          delivery.state === 'cancelled' && 'text-text-3 line-through decoration-1',
        )}
      >
        {delivery.contentWarning && (
          <p className="mb-1 flex items-center gap-1.5 text-sm font-medium">
            <EyeOff size={14} aria-hidden className="shrink-0 text-text-3" />
            {delivery.contentWarning}
          </p>
        )}
        <p className="text-base leading-[22px] whitespace-pre-wrap">{delivery.text}</p>
        {delivery.media.length > 0 && (
          <ul className="mt-2 flex flex-wrap gap-1.5">
            {delivery.media.map((media) => (
              <li key={media.id}>
                <img
                  src={media.path}
                  alt={media.alt}
                  width={96}
                  height={96}
                  className="size-24 rounded-lg object-cover"
                />
              </li>
            ))}
          </ul>
        )}
      </div>
      <div
        className={classes(
          'flex flex-col gap-1.5 text-xs',
          troubled ? 'rounded-lg border border-line bg-surface px-3 py-2' : 'items-end px-1',
        )}
      >
        <p className={classes('flex items-center gap-1.5 font-medium', colours[tone])}>
          <Icon size={14} aria-hidden className="shrink-0" />
          {title}
          <Countdown delivery={delivery} onTakenBack={onTakenBack} />
          {delivery.remote?.url && (
            <a
              href={delivery.remote.url}
              target="_blank"
              rel="noreferrer"
              className="inline-flex min-h-6 items-center gap-1 underline underline-offset-2"
            >
              <Trans>See it there</Trans>
              <ExternalLink size={11} aria-hidden />
            </a>
          )}
        </p>
        {detail && <p className="max-w-prose text-sm text-text-2">{detail}</p>}
        {delivery.reason?.retryAt && delivery.state !== 'failed' && (
          <p className="text-text-3">
            <Trans>
              Tried again by itself at <ClockTime at={delivery.reason.retryAt} />.
            </Trans>
          </p>
        )}
        <Remedies delivery={delivery} networkName={networkName} onTakenBack={onTakenBack} />
      </div>
    </article>
  )
}

/** While it can be taken back: the seconds left and the button. */
function Countdown({
  delivery,
  onTakenBack,
}: {
  delivery: DeliveryView
  onTakenBack(delivery: DeliveryView): void
}) {
  const now = useNow(500)
  const takeBack = useTakeBack(onTakenBack)
  const left = delivery.undoUntil ? Math.ceil((Date.parse(delivery.undoUntil) - now) / 1000) : 0
  if (delivery.state !== 'queued' || !delivery.can.cancel || left <= 0) return null
  return (
    <>
      <span className="tnum font-normal" aria-hidden>
        <Trans>{left} s</Trans>
      </span>
      <Button size="sm" busy={takeBack.isPending} onClick={() => takeBack.mutate(delivery.id)}>
        <Undo2 size={12} aria-hidden />
        <Trans>Undo</Trans>
      </Button>
    </>
  )
}

function Remedies({
  delivery,
  networkName,
  onTakenBack,
}: {
  delivery: DeliveryView
  networkName: string
  onTakenBack(delivery: DeliveryView): void
}) {
  const client = useQueryClient()
  const problemWords = useProblemWords()
  const [deciding, setDeciding] = useState(false)
  const takeBack = useTakeBack(onTakenBack)
  const retry = useMutation({
    mutationFn: () => retryDelivery(delivery.id),
    onError: (error) => toast(problemWords(error), { tone: 'problem' }),
    onSettled: () =>
      client.invalidateQueries({ queryKey: ['conversations', 'one', delivery.conversationId] }),
  })
  const { state, can, reason } = delivery
  if (state !== 'held' && state !== 'failed' && state !== 'unknown') return null
  return (
    <div className="flex flex-wrap gap-2">
      {reason?.kind === 'auth-expired' && (
        <Link
          to="/settings/channels"
          search={{ channel: delivery.channelId }}
          className={buttonLook('primary', 'sm')}
        >
          <Trans>Connect the account again</Trans>
        </Link>
      )}
      {can.decide && (
        <Button size="sm" look="primary" onClick={() => setDeciding(true)}>
          <Trans>Look and decide</Trans>
        </Button>
      )}
      {can.retry && (
        <Button size="sm" busy={retry.isPending} onClick={() => retry.mutate()}>
          <Trans>Send it again</Trans>
        </Button>
      )}
      {can.cancel && (
        <Button size="sm" busy={takeBack.isPending} onClick={() => takeBack.mutate(delivery.id)}>
          <Trans>Take it back to change it</Trans>
        </Button>
      )}
      {deciding && (
        <DecisionDialog
          delivery={delivery}
          networkName={networkName}
          onClose={() => setDeciding(false)}
        />
      )}
    </div>
  )
}

function useTakeBack(onTakenBack: (delivery: DeliveryView) => void) {
  const client = useQueryClient()
  const problemWords = useProblemWords()
  return useMutation({
    mutationFn: cancelDelivery,
    onSuccess: (delivery) => {
      if (delivery.state === 'cancelled') onTakenBack(delivery)
    },
    onError: (error) => toast(problemWords(error), { tone: 'problem' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['conversations', 'one'] }),
  })
}
