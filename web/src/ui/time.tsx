import { useLingui } from '@lingui/react/macro'
import { agoWords, dueWords } from '../lib/due-words.ts'
import { useNow } from '../lib/now.ts'
import { Badge } from './messages.tsx'

const MINUTE = 60_000

/** The full date and time with its zone, as hovers and exports show it. */
export function useFullTime(): (at: string) => string {
  const { i18n } = useLingui()
  return (at) =>
    i18n.date(new Date(at), {
      dateStyle: 'medium',
      timeStyle: 'long',
    })
}

/** "5 min", "3 h" within a day; the date after that. */
export function Ago({ at, className }: { at: string; className?: string }) {
  const { t, i18n } = useLingui()
  const now = useNow(MINUTE)
  const full = useFullTime()
  const { amount, unit } = agoWords(at, now)
  const words =
    unit === 'min'
      ? amount === 0
        ? t`now`
        : t`${amount} min`
      : unit === 'h' && amount < 24
        ? t`${amount} h`
        : null
  return (
    <time dateTime={at} title={full(at)} className={className}>
      {words ?? i18n.date(new Date(at), shortDate(at, now))}
    </time>
  )
}

/** The time of day, with the date when it was not today. */
export function ClockTime({ at, className }: { at: string; className?: string }) {
  const { i18n } = useLingui()
  const full = useFullTime()
  const now = useNow(MINUTE)
  const today = new Date(at).toDateString() === new Date(now).toDateString()
  const hour = { hour: '2-digit', minute: '2-digit' } as const
  return (
    <time dateTime={at} title={full(at)} className={className}>
      {i18n.date(new Date(at), today ? hour : { ...shortDate(at, now), ...hour })}
    </time>
  )
}

/** "due in 40 min", "2 h late": amber within the hour, red when it is over. */
export function DueBadge({ due }: { due: string }) {
  const { t } = useLingui()
  const now = useNow(MINUTE)
  const full = useFullTime()
  const { tone, amount, unit } = dueWords(due, now)
  const span = unit === 'min' ? t`${amount} min` : unit === 'h' ? t`${amount} h` : t`${amount} d`
  return (
    <Badge tone={tone === 'calm' ? 'plain' : tone} title={full(due)}>
      {tone === 'late' ? t`${span} late` : t`due in ${span}`}
    </Badge>
  )
}

function shortDate(at: string, now: number): Intl.DateTimeFormatOptions {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) }
}
