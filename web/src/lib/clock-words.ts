import { useLingui } from '@lingui/react/macro'
import type { ClockCondition, Target } from '../../../contract/clock.ts'

/** The severities that the menus offer; the API takes others too. */
export const severities = ['urgent', 'high', 'low'] as const

/** A severity in words; null: as usual. One that only the API knows reads as it was written. */
export function useSeverityWords(): (severity: string | null) => string {
  const { t } = useLingui()
  const known: Record<string, string> = { urgent: t`Urgent`, high: t`High`, low: t`Low` }
  return (severity) => (severity === null ? t`As usual` : (known[severity] ?? severity))
}

/** Milliseconds as "2 d 3 h", "1 h 30 min", "0 min": two units at most, rounded down. */
export function useSpanWords(): (milliseconds: number) => string {
  const { t } = useLingui()
  return (milliseconds) => {
    const all = Math.max(Math.floor(milliseconds / 60_000), 0)
    const [days, hours, minutes] = [Math.floor(all / 1440), Math.floor(all / 60) % 24, all % 60]
    if (days > 0) return hours > 0 ? t`${days} d ${hours} h` : t`${days} d`
    if (hours > 0) return minutes > 0 ? t`${hours} h ${minutes} min` : t`${hours} h`
    return t`${minutes} min`
  }
}

/** "30 min of opening hours", "4 h", "1 business day". */
export function useTargetWords(): (target: Target) => string {
  const { t } = useLingui()
  const span = useSpanWords()
  return (target) => {
    if (target.unit === 'business-days')
      return target.days === 1 ? t`1 business day` : t`${target.days} business days`
    const length = span(target.minutes * 60_000)
    return target.unit === 'business-minutes' ? t`${length} of opening hours` : length
  }
}

/** "Channel @shop, language Romanian". `channelName` answers with what people call a channel. */
export function useConditionWords(): (
  when: ClockCondition,
  channelName: (id: string) => string,
) => string {
  const { t } = useLingui()
  const language = useLanguageName()
  const severity = useSeverityWords()
  return (when, channelName) => {
    const parts: string[] = []
    if (when.personId) parts.push(t`this person`)
    if (when.channelId) parts.push(t`channel ${channelName(when.channelId)}`)
    if (when.language) parts.push(t`language ${language(when.language)}`)
    if (when.severity) parts.push(t`severity ${severity(when.severity)}`)
    const words = parts.join(', ')
    return words.charAt(0).toLocaleUpperCase() + words.slice(1)
  }
}

/** A language by its name in the reader's language. */
export function useLanguageName(): (code: string) => string {
  const { i18n } = useLingui()
  const names = new Intl.DisplayNames([i18n.locale], { type: 'language', fallback: 'code' })
  return (code) => {
    try {
      return names.of(code) ?? code
    } catch (error) {
      if (error instanceof RangeError) return code
      throw error
    }
  }
}
