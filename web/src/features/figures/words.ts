import { useLingui } from '@lingui/react/macro'
import type { Figures, Quantile } from '../../../../contract/figures.ts'
import type {
  FigureDay,
  FigureGrouping,
  OutcomeFilter,
} from '../../../../contract/figures-query.ts'
import { useLanguageName, useSeverityWords, useSpanWords } from '../../lib/clock-words.ts'
import { useKindsWords } from '../../lib/kind-words.ts'

export function useDayWords(): Record<FigureDay, string> {
  const { t } = useLingui()
  return {
    mon: t`Monday`,
    tue: t`Tuesday`,
    wed: t`Wednesday`,
    thu: t`Thursday`,
    fri: t`Friday`,
    sat: t`Saturday`,
    sun: t`Sunday`,
  }
}

export function useGroupingWords(): Record<FigureGrouping, string> {
  const { t } = useLingui()
  return {
    none: t`Everybody together`,
    channel: t`Account`,
    department: t`Department`,
    member: t`Colleague`,
    language: t`Language`,
    kind: t`What was said`,
    visibility: t`Public or private`,
    severity: t`Severity`,
    weekday: t`Day of the week`,
    hour: t`Hour of the week`,
  }
}

export function useOutcomeWords(): Record<OutcomeFilter, string> {
  const { t } = useLingui()
  return {
    answered: t`Answered`,
    waiting: t`Still waiting`,
    closed: t`Closed without an answer`,
    unanswered: t`Not answered`,
  }
}

/** "Sat 10:00"; hours of the wall. */
export function useHourWords(): (day: FigureDay, hour: number) => string {
  const days = useDayWords()
  return (day, hour) => `${days[day]} ${String(hour).padStart(2, '0')}:00`
}

/** What people call a group. */
export function useGroupName(): (
  by: FigureGrouping,
  group: Pick<Group, 'key' | 'label'>,
) => string {
  const { t } = useLingui()
  const days: Record<string, string> = useDayWords()
  const language = useLanguageName()
  const kinds: Record<string, string> = useKindsWords()
  const severity = useSeverityWords()
  return (by, { key, label }) => {
    if (label !== null) return label
    if (key === 'nobody') return by === 'department' ? t`No department` : t`Nobody`
    if (key === 'unknown') return by === 'member' ? t`Not known who` : t`Not known`
    if (by === 'language') return language(key)
    if (by === 'kind') return kinds[key] ?? key
    if (by === 'visibility') return key === 'private' ? t`In private` : t`In public`
    if (by === 'severity') return severity(key === 'usual' ? null : key)
    const [day = '', hour] = key.split('-')
    if (by === 'weekday') return days[day] ?? key
    return hour === undefined ? key : `${days[day] ?? day} ${hour}:00`
  }
}

/** "3 h 20 min", "more than 2 d". */
export function useQuantileWords(): (quantile: Quantile) => string {
  const { t } = useLingui()
  const span = useSpanWords()
  return ({ ms, moreThan }) => {
    const length = span(ms)
    return moreThan ? t`more than ${length}` : length
  }
}

/** "2 h to 5 h"; null where nothing bounds it. */
export function useBandWords(): (quantile: Quantile) => string | null {
  const { t } = useLingui()
  const span = useSpanWords()
  return ({ low, high }) => {
    if (low === null) return null
    const from = span(low)
    if (high === null) return t`likely ${from} or more`
    const to = span(high)
    return t`likely ${from} to ${to}`
  }
}

export function usePercent(): (share: number | null) => string {
  const { i18n } = useLingui()
  return (share) =>
    share === null ? '–' : i18n.number(share, { style: 'percent', maximumFractionDigits: 0 })
}

export type Group = Figures['groups'][number]
