import { Trans, useLingui } from '@lingui/react/macro'
import type { ClockDecision, ClockPreview, ClockRule } from '../../../../../contract/clock.ts'
import { Badge } from '../../../ui/messages.tsx'
import { type Named, useRuleWords } from './rule-words.ts'

/** Which rules fit the message that was tried, the strongest first, and what each of them decides. */
export function FittingRules({
  found,
  rules,
  named,
}: {
  found: ClockPreview
  rules: readonly ClockRule[]
  named: Named
}) {
  const { t } = useLingui()
  const words = useRuleWords(named)
  const decides: Record<ClockDecision, string> = {
    target: t`decides the reply time`,
    calendar: t`decides the opening hours`,
    hours: t`decides whether opening hours count`,
  }
  const fitting = found.fitting.flatMap((one) => {
    const rule = rules[one.rule]
    return rule ? [{ rule, decisions: one.decides }] : []
  })
  return (
    <div className="flex flex-col gap-1">
      {fitting.length === 0 ? (
        <p>
          <Trans>No rule is about it: what holds for everybody decides.</Trans>
        </p>
      ) : (
        <>
          <p className="font-medium">
            <Trans>Rules that fit, the strongest first</Trans>
          </p>
          <ol aria-label={t`Rules that fit, the strongest first`} className="flex flex-col gap-1">
            {fitting.map(({ rule, decisions }) => (
              <li
                key={JSON.stringify(rule.when)}
                className="flex flex-wrap items-center gap-x-2 gap-y-1"
              >
                <span className="min-w-0 break-words">{words(rule)}</span>
                {decisions.map((decision) => (
                  <Badge key={decision} tone="accent">
                    {decides[decision]}
                  </Badge>
                ))}
                {decisions.length === 0 && <Badge>{t`others count more`}</Badge>}
              </li>
            ))}
          </ol>
          {found.rule === null && (
            <p className="text-text-2">
              <Trans>The reply time is the one for everybody.</Trans>
            </p>
          )}
        </>
      )}
    </div>
  )
}
