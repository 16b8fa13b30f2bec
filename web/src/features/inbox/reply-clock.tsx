import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { ClockView } from '../../../../contract/clock.ts'
import type { Conversation } from '../../../../contract/conversations.ts'
import { useConditionWords, useSpanWords, useTargetWords } from '../../lib/clock-words.ts'
import { useNow } from '../../lib/now.ts'
import { ClockTime, DueBadge } from '../../ui/time.tsx'

const MINUTE = 60_000

/** What was promised, and both clocks: how long the customer waits, and how much of it the business was open. */
export function ReplyClock({ conversation }: { conversation: Conversation }) {
  const { t } = useLingui()
  const span = useSpanWords()
  const target = useTargetWords()
  const condition = useConditionWords()
  const { clock, channel } = conversation
  const elapsed = useElapsed(clock)
  const rule = clock.rule && condition(clock.rule, () => channel.handle)
  const last = clock.answered.at(-1)
  return (
    <section className="flex flex-col gap-1.5" aria-label={t`Reply time`}>
      <h3 className="text-xs font-semibold text-text-3">
        <Trans>Reply time</Trans>
      </h3>
      <dl className="tnum grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-sm">
        <Fact name={t`Promised`}>
          {target(clock.target)}
          <span className="block text-xs text-text-3">{rule ?? t`as for everybody`}</span>
        </Fact>
        {clock.waitingSince && (
          <>
            <Fact name={t`Waiting`}>{span(elapsed.calendar)}</Fact>
            <Fact name={t`Opening hours`}>{t`${span(elapsed.business)} of them`}</Fact>
            <Fact name={t`Due`}>
              {clock.due ? (
                <ClockTime at={clock.due} />
              ) : clock.noDue === 'too-far' ? (
                t`more than a year away`
              ) : (
                t`never: no opening hours`
              )}
            </Fact>
          </>
        )}
        {clock.paused && (
          <Fact name={t`Paused`}>
            {clock.resumesAt ? (
              <Trans>
                until <ClockTime at={clock.resumesAt} />
              </Trans>
            ) : (
              t`until somebody sets opening hours`
            )}
          </Fact>
        )}
        {last && (
          <Fact name={t`Last answer`}>
            {t`after ${span(last.elapsed.calendar)}`}
            <span className={`block text-xs ${last.breached ? 'text-late' : 'text-text-3'}`}>
              {last.breached
                ? t`late; ${span(last.elapsed.business)} of opening hours`
                : t`in time; ${span(last.elapsed.business)} of opening hours`}
            </span>
          </Fact>
        )}
        {clock.networkWindow && (
          <Fact name={t`The network lets you answer`}>
            <Trans>
              until <ClockTime at={clock.networkWindow.closesAt} />
            </Trans>
          </Fact>
        )}
      </dl>
      <p className="text-xs text-text-3">
        {clock.calendar.name} · {clock.calendar.timeZone.replaceAll('_', ' ')} ·{' '}
        {clock.isOpen ? t`open now` : t`closed now`}
      </p>
    </section>
  )
}

/** The clocks in one line: "waiting 2 h; 0 min of opening hours". */
export function WaitingLine({ clock }: { clock: ClockView }) {
  const { t } = useLingui()
  const span = useSpanWords()
  const { calendar, business } = useElapsed(clock)
  if (clock.waitingSince === null) return null
  return (
    <span className="tnum max-md:hidden">
      {t`waiting ${span(calendar)}; ${span(business)} of opening hours`}
    </span>
  )
}

/** When an answer is due and whether the clock stands still, for the rows of the list. */
export function DueState({
  item,
  brief = false,
}: {
  /** On a phone without the pause, which the person's pane says too. */
  brief?: boolean
  item: Pick<Conversation, 'due' | 'unansweredSince' | 'paused' | 'resumesAt' | 'overdue' | 'state'>
}) {
  const { t } = useLingui()
  if (item.state === 'done' || item.unansweredSince === null) return null
  return (
    <>
      {item.due ? <DueBadge due={item.due} /> : <span>{t`no due time`}</span>}
      {item.paused && item.resumesAt && !item.overdue && (
        <span className={brief ? 'truncate max-sm:hidden' : 'truncate'}>
          <Trans>
            paused until <ClockTime at={item.resumesAt} />
          </Trans>
        </span>
      )}
    </>
  )
}

/** Both clocks run on from when they were read; opening hours only while the calendar is open. */
function useElapsed({ at, waitingSince, isOpen, elapsed }: ClockView): ClockView['elapsed'] {
  const now = useNow(MINUTE)
  if (waitingSince === null) return elapsed
  const passed = Math.max(now - Date.parse(at), 0)
  return {
    calendar: elapsed.calendar + passed,
    business: elapsed.business + (isOpen ? passed : 0),
  }
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-text-3">{name}</dt>
      <dd className="min-w-0 text-right">{children}</dd>
    </>
  )
}
