import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import type { Rule } from '../../../../contract/routing.ts'
import { atHandle } from '../../lib/handles.ts'
import { useKindWords } from '../../lib/kind-words.ts'
import { channelsQuery } from '../../lib/queries/channels.ts'
import { departmentsQuery } from '../../lib/queries/departments.ts'
import { membersQuery } from '../../lib/queries/members.ts'
import { useStateWords } from '../../lib/words.ts'

/** A rule as a sentence: what it looks at, and what it gives. */
export function useRuleWords(): { when(rule: Rule): string; give(rule: Rule): string } {
  const { t } = useLingui()
  const states = useStateWords()
  const kinds = useKindWords()
  const channels = useQuery(channelsQuery).data ?? []
  const departments = useQuery(departmentsQuery).data ?? []
  const members = useQuery(membersQuery).data ?? []
  const named = (list: readonly { id: string; name: string }[], id: string) =>
    list.find((one) => one.id === id)?.name ?? '?'
  return {
    when({ when }) {
      const handles = when.channelIds?.map((id) => {
        const channel = channels.find((one) => one.id === id)
        return channel ? atHandle(channel) : '?'
      })
      const words = when.words?.list.map((word) => `“${word}”`).join(', ')
      const parts = [
        handles?.join(', '),
        when.networks?.join(', '),
        when.languages?.join(', '),
        when.words?.of === 'any' && t`any of ${words}`,
        when.words?.of === 'all' && t`all of ${words}`,
        when.kinds?.map((kind) => kinds[kind].toLocaleLowerCase()).join(', '),
        when.visibility === 'public' && t`public`,
        when.visibility === 'private' && t`private`,
        when.hasOpenConversation === true && t`has another open conversation`,
        when.hasOpenConversation === false && t`has no other open conversation`,
        when.openingHours === 'open' && t`in opening hours`,
        when.openingHours === 'closed' && t`outside opening hours`,
      ].filter((part) => typeof part === 'string')
      return parts.join(' · ') || t`everything`
    },
    give({ give, onReopen }) {
      const { assign, departmentId, severity, state } = give
      const parts = [
        departmentId && named(departments, departmentId),
        assign?.to === 'member' && named(members, assign.memberId),
        assign?.to === 'in-turn' && t`in turn`,
        assign?.to === 'least-loaded' && t`who holds the fewest`,
        severity && t`severity ${severity}`,
        state && states[state],
        onReopen && t`also when opened again`,
      ].filter((part) => typeof part === 'string' && part !== '')
      return parts.join(' · ')
    },
  }
}
