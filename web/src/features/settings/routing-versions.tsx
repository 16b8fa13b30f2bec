import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Routing } from '../../../../contract/routing.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Badge, FormProblem } from '../../ui/messages.tsx'
import { Card, Section } from '../../ui/page.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { revertRouting } from './team-queries.ts'

/** All rules that were ever live, and going back to them. */
export function RoutingVersions({ routing }: { routing: Routing }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [asked, setAsked] = useState<number>()
  const live = routing.live?.version ?? null
  const revert = useMutation({
    mutationFn: (to: number) => revertRouting(to, live),
    onSuccess: () => {
      toast(t`The earlier rules are live again.`)
      setAsked(undefined)
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['routing'] }),
  })
  if (routing.versions.length === 0) return null
  return (
    <Section title={t`Versions`}>
      <Card>
        <ul>
          {routing.versions.map(({ version, madeAt, madeByName, revertedTo, ruleCount }) => (
            <li
              key={version}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2 text-sm last:border-b-0"
            >
              <span className="min-w-0 flex-1 basis-48">
                {t`Version ${version}: rules ${ruleCount}, ${madeByName}`}{' '}
                <ClockTime at={madeAt} className="text-xs text-text-3" />{' '}
                {revertedTo !== null && (
                  <span className="text-xs text-text-3">{t`as version ${revertedTo}`}</span>
                )}
              </span>
              {version === live ? (
                <Badge tone="ok">{t`live`}</Badge>
              ) : (
                <Button size="sm" onClick={() => setAsked(version)}>
                  <Trans>Go back to it</Trans>
                </Button>
              )}
            </li>
          ))}
        </ul>
      </Card>
      {asked !== undefined && (
        <Confirm
          title={t`Go back to version ${asked}?`}
          act={t`Go back`}
          busy={revert.isPending}
          onConfirm={() => revert.mutate(asked)}
          onClose={() => setAsked(undefined)}
        >
          <p>
            <Trans>Its rules route what comes from now on. A draft that is not live is lost.</Trans>
          </p>
          <FormProblem error={revert.error} />
        </Confirm>
      )}
    </Section>
  )
}
