import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ExternalLink } from 'lucide-react'
import { useState } from 'react'
import type { DeliveryDecision, DeliveryView } from '../../../../contract/deliveries.ts'
import { decideDelivery } from '../../lib/queries/deliveries.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { FormProblem } from '../../ui/messages.tsx'
import { ClockTime } from '../../ui/time.tsx'

/** For a sending whose outcome nobody knows: what was found, and the three things a person can decide. */
export function DecisionDialog({
  delivery,
  networkName,
  onClose,
}: {
  delivery: DeliveryView
  networkName: string
  onClose(): void
}) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [address, setAddress] = useState('')
  const decide = useMutation({
    mutationFn: (decision: DeliveryDecision) => decideDelivery(delivery.id, decision),
    onSuccess: onClose,
    onSettled: () =>
      client.invalidateQueries({ queryKey: ['conversations', 'one', delivery.conversationId] }),
  })
  const candidates = delivery.reason?.candidates ?? []
  const looks = delivery.attempts.filter((attempt) => attempt.kind === 'look').length
  return (
    <Dialog title={t`Does this reply stand on ${networkName}?`} onClose={onClose}>
      <div className="flex flex-col gap-5 text-sm">
        <blockquote className="rounded-lg bg-sunken px-3 py-2 whitespace-pre-wrap">
          {delivery.text}
        </blockquote>
        <section className="flex flex-col gap-2">
          <h3 className="font-semibold">
            <Trans>What was found</Trans>
          </h3>
          {candidates.length === 0 && (
            <p className="text-text-2">
              {looks === 0 ? (
                <Trans>
                  We could not look yet. Open the conversation on {networkName} and see for
                  yourself.
                </Trans>
              ) : (
                <Trans>
                  We looked and found no post that can be this reply. It may still appear there
                  later.
                </Trans>
              )}
            </p>
          )}
          <ul className="flex flex-col gap-2">
            {candidates.map((found) => (
              <li
                key={found.remoteId}
                className="flex flex-wrap items-center gap-2 rounded-lg border border-line px-3 py-2"
              >
                <span className="min-w-0 flex-1">
                  <Trans>
                    A post of <ClockTime at={found.at} />
                  </Trans>{' '}
                  {found.url && (
                    <a
                      href={found.url}
                      target="_blank"
                      rel="noreferrer"
                      className="inline-flex items-center gap-1 text-accent-text underline"
                    >
                      <Trans>See it there</Trans>
                      <ExternalLink size={11} aria-hidden />
                    </a>
                  )}
                </span>
                <Button
                  size="sm"
                  look="primary"
                  busy={decide.isPending}
                  onClick={() =>
                    decide.mutate({ decision: 'it-is-there', remoteId: found.remoteId })
                  }
                >
                  <Trans>This is it</Trans>
                </Button>
              </li>
            ))}
          </ul>
        </section>
        <form
          className="flex items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            decide.mutate({ decision: 'it-is-there', remoteId: address.trim() })
          }}
        >
          <div className="flex-1">
            <Field label={t`I found it: its address or id on ${networkName}`}>
              {(wiring) => (
                <TextInput
                  {...wiring}
                  value={address}
                  onChange={(event) => setAddress(event.target.value)}
                />
              )}
            </Field>
          </div>
          <Button
            type="submit"
            className="h-9"
            disabled={address.trim() === ''}
            busy={decide.isPending}
          >
            <Trans>It is there</Trans>
          </Button>
        </form>
        <div className="flex flex-wrap gap-2 border-t border-line pt-4">
          <Button busy={decide.isPending} onClick={() => decide.mutate({ decision: 'send-again' })}>
            <Trans>It is not there: send it again</Trans>
          </Button>
          <Button
            look="danger"
            busy={decide.isPending}
            onClick={() => decide.mutate({ decision: 'give-up' })}
          >
            <Trans>Give it up</Trans>
          </Button>
        </div>
        <FormProblem error={decide.error} />
      </div>
    </Dialog>
  )
}
