import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import type { Channel } from '../../../../../contract/channels.ts'
import type {
  CalendarView,
  ClockCondition,
  ClockRule,
  RulePerson,
  Target,
} from '../../../../../contract/clock.ts'
import { useLanguageName, useSeverityWords } from '../../../lib/clock-words.ts'
import { atHandle } from '../../../lib/handles.ts'
import { useNetworkWords } from '../../../lib/network-words.ts'

/** What rules point to by id. */
export type Named = {
  channels: readonly Channel[]
  calendars: readonly CalendarView[]
  people: readonly RulePerson[]
}

/** A rule in one sentence: "Messages in Romanian on @shop (Bluesky): 2 hours, in opening hours". */
export function useRuleWords(named: Named): (rule: ClockRule) => string {
  const about = useAboutWords(named)
  const decides = useDecisionWords(named)
  return (rule) => `${about(rule.when)}: ${decides(rule)}`
}

/** Whom a rule is about: "Urgent messages from Marek Novák". */
function useAboutWords({ channels, people }: Named): (when: ClockCondition) => string {
  const { t } = useLingui()
  const language = useLanguageName()
  const severity = useSeverityWords()
  const channelName = useChannelName()
  return (when) => {
    const parts = [t`Messages`]
    if (when.personId) {
      const person = people.find(({ id }) => id === when.personId)
      const name = person?.name ?? t`somebody`
      parts.push(t`from ${name}`)
    }
    if (when.language) parts.push(t`in ${language(when.language)}`)
    if (when.channelId) {
      const channel = channels.find(({ id }) => id === when.channelId)
      parts.push(t`on ${channel ? channelName(channel) : t`an account that is gone`}`)
    }
    if (when.severity) parts.push(t`of severity “${severity(when.severity)}”`)
    return parts.join(' ')
  }
}

/** What a rule decides: "2 hours, in opening hours", "day and night", "by the hours “Night shift”". */
function useDecisionWords({ calendars }: Named): (rule: ClockRule) => string {
  const { t } = useLingui()
  return ({ target, calendarId, ignoresOfficeHours }) => {
    const parts: string[] = []
    if (target) parts.push(lengthWords(target))
    if (ignoresOfficeHours) parts.push(t`day and night`)
    else if (ignoresOfficeHours === false) parts.push(t`opening hours count`)
    else if (target?.unit === 'business-minutes') parts.push(t`in opening hours`)
    if (calendarId) {
      const name = calendars.find(({ id }) => id === calendarId)?.name ?? '…'
      parts.push(t`by the hours “${name}”`)
    }
    return parts.join(', ')
  }
}

/** "2 hours", "1 hour 30 minutes", "3 business days". */
function lengthWords(target: Target): string {
  if (target.unit === 'business-days')
    return plural(target.days, { one: '# business day', other: '# business days' })
  const [hours, minutes] = [Math.floor(target.minutes / 60), target.minutes % 60]
  const parts: string[] = []
  if (hours > 0) parts.push(plural(hours, { one: '# hour', other: '# hours' }))
  if (minutes > 0) parts.push(plural(minutes, { one: '# minute', other: '# minutes' }))
  return parts.join(' ')
}

/** "@shop (Bluesky)". */
export function useChannelName(): (channel: Channel) => string {
  const networkWords = useNetworkWords()
  return (channel) => `${atHandle(channel)} (${networkWords(channel).name})`
}
