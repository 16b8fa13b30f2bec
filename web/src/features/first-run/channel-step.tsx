import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { GraduationCap } from 'lucide-react'
import { useState } from 'react'
import { enterPractice } from '../../lib/queries/channels.ts'
import { Button } from '../../ui/button.tsx'
import { ConnectForm, NetworkChoice } from '../../ui/forms/connect-channel.tsx'
import { FormProblem } from '../../ui/messages.tsx'

/** The first account: a real one, or the practice network, both as welcome as the other. */
export function ChannelStep({ onDone }: { onDone(): void }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const [network, setNetwork] = useState<string | null>(null)
  const practice = useMutation({ mutationFn: enterPractice, onSuccess: onDone })
  if (network !== null)
    return <ConnectForm network={network} onConnected={onDone} onBack={() => setNetwork(null)} />
  return (
    <div className="flex flex-col gap-6">
      <section className="flex flex-col gap-3">
        <h2 className="text-sm font-semibold">
          <Trans>Connect an account</Trans>
        </h2>
        <NetworkChoice onChoose={setNetwork} />
      </section>
      <section className="flex flex-col gap-3">
        <h2 className="text-sm font-semibold">
          <Trans>Or look around first</Trans>
        </h2>
        <button
          type="button"
          disabled={practice.isPending}
          aria-busy={practice.isPending || undefined}
          onClick={() => practice.mutate()}
          className="flex items-center gap-4 rounded-xl border border-accent bg-accent-soft px-4 py-4 text-left hover:not-disabled:shadow-2 disabled:opacity-60"
        >
          <GraduationCap size={26} aria-hidden className="shrink-0 text-accent-text" />
          <span>
            <span className="block font-semibold">
              {practice.isPending
                ? t`Opening the practice network…`
                : t`Step into the practice network`}
            </span>
            <span className="block text-sm text-text-2">
              <Trans>
                Made-up customers write to you at once, in English and Romanian. Nothing leaves this
                machine, and you need no account anywhere.
              </Trans>
            </span>
          </span>
        </button>
        <FormProblem error={practice.error} />
      </section>
      <Button
        look="quiet"
        className="self-center"
        onClick={() => {
          // For this tab only: the next visit asks again as long as there is no account.
          sessionStorage.setItem('parley.set-up-later', 'yes')
          void navigate({ to: '/inbox' })
        }}
      >
        <Trans>Later: show me the empty inbox</Trans>
      </Button>
    </div>
  )
}
