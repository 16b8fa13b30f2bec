import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { z } from 'zod'
import type { Trial, TrialSample } from '../../../../contract/routing.ts'
import { Badge } from '../../ui/messages.tsx'
import { Card } from '../../ui/page.tsx'
import { Ago } from '../../ui/time.tsx'

/** For each rule what it would have caught, and what would stand elsewhere than today. */
export function TrialReport({ trial }: { trial: Trial }) {
  const { t } = useLingui()
  const { uncaught } = trial
  return (
    <Card>
      <ul aria-label={t`What the rules would have done`}>
        {trial.rules.map(({ id, name, caught, changes, samples }) => (
          <li key={id} className="border-b border-line px-4 py-2.5">
            <details>
              <summary className="cursor-pointer text-sm">
                <span className="font-medium break-words">{name}</span>{' '}
                <span className="tnum text-text-2">
                  {t`would have caught ${caught}; ${changes} would stand elsewhere than today`}
                </span>
              </summary>
              <ul className="mt-2 flex flex-col gap-2">
                {samples.map((sample) => (
                  <Sample key={sample.id} sample={sample} />
                ))}
                {samples.length === 0 && (
                  <li className="text-xs text-text-3">
                    <Trans>It would have caught nothing.</Trans>
                  </li>
                )}
              </ul>
            </details>
          </li>
        ))}
        <li className="tnum px-4 py-2.5 text-sm text-text-2">
          {t`Caught by no rule: ${uncaught}`}
        </li>
      </ul>
    </Card>
  )
}

function Sample({ sample }: { sample: z.infer<typeof TrialSample> }) {
  const { t } = useLingui()
  const { now, would } = sample
  const turn = would.turn && (would.turn === 'in-turn' ? t`in turn` : t`who holds the fewest`)
  const words = (parts: (string | null)[]) => parts.filter(Boolean).join(' · ') || t`nobody`
  const before = words([now.department, now.assignee, now.severity])
  const after = words([would.department, would.assignee ?? turn, would.severity])
  return (
    <li className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5 text-xs">
      <Link
        to="/inbox/$conversationId"
        params={{ conversationId: sample.id }}
        className="max-w-full truncate font-medium text-accent-text underline"
      >
        {sample.personName}: {sample.words}
      </Link>
      <Ago at={sample.createdAt} className="text-text-3" />
      <span className="basis-full text-text-2">
        {sample.changes ? (
          <>
            {t`today: ${before} → by the rule: ${after}`} <Badge tone="soon">{t`changes`}</Badge>
          </>
        ) : (
          t`stands there already: ${before}`
        )}
      </span>
    </li>
  )
}
