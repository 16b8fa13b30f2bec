import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import type { Conversation } from '../../../../contract/conversations.ts'
import type { Collision } from '../../../../contract/replies.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ClockTime } from '../../ui/time.tsx'

/** Before a second answer leaves: who answers too and since when. The safe answer comes first. */
export function CollisionDialog({
  collision,
  busy,
  onSend,
  onClose,
}: {
  collision: Collision
  busy: boolean
  onSend(): void
  onClose(): void
}) {
  const { t } = useLingui()
  return (
    <Dialog
      title={t`Somebody else answers this customer`}
      onClose={onClose}
      footer={
        <>
          <Button look="primary" onClick={onClose}>
            <Trans>Wait and look</Trans>
          </Button>
          <Button look="danger" busy={busy} onClick={onSend}>
            <Trans>Answer nevertheless</Trans>
          </Button>
        </>
      }
    >
      <ul className="flex flex-col gap-3">
        {collision.others.map(({ kind, name, since, text }) => (
          <li key={`${kind} ${name} ${since}`} className="flex flex-col gap-1 text-sm">
            <p>
              <b className="font-semibold">{name}</b>{' '}
              {kind === 'writing' ? (
                <Trans>has been writing since</Trans>
              ) : (
                <Trans>answered at</Trans>
              )}{' '}
              <ClockTime at={since} />
            </p>
            {text && (
              <p className="rounded-md bg-sunken px-3 py-2 whitespace-pre-wrap text-text-2">
                {text}
              </p>
            )}
          </li>
        ))}
      </ul>
      <p className="mt-3 text-sm text-text-3">
        <Trans>Your words are kept. They have been told that you want to answer too.</Trans>
      </p>
    </Dialog>
  )
}

// Kept beyond this component: moving through the list must not show it again, nor does a second try of
// the same colleague a moment later.
const read = new Map<string, number>()
const SAME_MOMENT = 120_000

/** Tells whoever writes or has answered that a colleague wants to answer the same customer. */
export function WarnedDialog({
  conversation,
}: {
  conversation: Pick<Conversation, 'id' | 'warnings'>
}) {
  const { t } = useLingui()
  const [, setRead] = useState(0)
  const keyOf = (name: string) => `${conversation.id} ${name}`
  const fresh = conversation.warnings.filter(
    ({ name, at }) => Date.parse(at) - (read.get(keyOf(name)) ?? 0) > SAME_MOMENT,
  )
  if (fresh.length === 0) return null
  const names = [...new Set(fresh.map(({ name }) => name))].join(', ')
  const close = () => {
    for (const { name, at } of fresh) read.set(keyOf(name), Date.parse(at))
    setRead((count) => count + 1)
  }
  return (
    <Dialog
      title={t`${names} wants to answer too`}
      onClose={close}
      footer={
        <Button look="primary" onClick={close}>
          <Trans>I know</Trans>
        </Button>
      }
    >
      <p className="text-sm text-text-2">
        <Trans>
          {names} has written a reply to this customer and was told that you answer. Agree who does,
          so that the customer is answered once.
        </Trans>
      </p>
    </Dialog>
  )
}
