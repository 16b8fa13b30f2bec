import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { MergeSuggestion } from '../../../../contract/people.ts'
import { useReasonWords } from '../../lib/people-words.ts'
import { keepApart, mergePeople, suggestionsQuery } from '../../lib/queries/people.ts'
import { useMe } from '../../lib/queries/session.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { FormProblem } from '../../ui/messages.tsx'
import { NetworkMark } from '../../ui/network-mark.tsx'
import { Card, Section } from '../../ui/page.tsx'

/** Pairs that may be one person; nothing is joined by itself. */
export function MergeSuggestions() {
  const { t } = useLingui()
  const suggestions = useQuery(suggestionsQuery)
  if (!suggestions.data || suggestions.data.length === 0) return null
  return (
    <Section
      title={t`One person, perhaps`}
      intro={t`Look at the reasons and decide. Joining can be undone.`}
    >
      <Card>
        <ul>
          {suggestions.data.slice(0, 5).map((pair) => (
            <SuggestionRow key={`${pair.first.id} ${pair.second.id}`} pair={pair} />
          ))}
        </ul>
      </Card>
    </Section>
  )
}

/** `keep`: the record that one is looking at stays; the other is joined to it. */
export function SuggestionRow({ pair, keep }: { pair: MergeSuggestion; keep?: string }) {
  const { t } = useLingui()
  const { may } = useMe()
  const words = useReasonWords()
  const client = useQueryClient()
  const kept = pair.second.id === keep ? pair.second : pair.first
  const other = kept === pair.first ? pair.second : pair.first
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['people'] }),
      client.invalidateQueries({ queryKey: ['conversations'] }),
    ])
  const merge = useMutation({
    mutationFn: () => mergePeople(kept.id, other.id),
    onSuccess: async () => {
      toast(t`They are one person now. You can undo it on their page.`)
      await refresh()
    },
  })
  const apart = useMutation({
    mutationFn: () => keepApart(kept.id, other.id),
    onSuccess: refresh,
  })
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3 last:border-b-0">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex flex-wrap items-center gap-x-2 text-sm font-medium">
          <Who one={kept} />
          <span className="font-normal text-text-3">
            <Trans>and</Trans>
          </span>
          <Who one={other} />
        </p>
        <p className="text-xs text-text-3 first-letter:uppercase">
          {pair.reasons.map((reason) => words[reason]).join(', ')}
        </p>
        <FormProblem error={merge.error ?? apart.error} />
      </div>
      {may('merge-people') && (
        <div className="flex flex-wrap gap-2">
          <Button busy={merge.isPending} onClick={() => merge.mutate()}>
            <Trans>Join them</Trans>
          </Button>
          <Button look="quiet" busy={apart.isPending} onClick={() => apart.mutate()}>
            <Trans>Two people</Trans>
          </Button>
        </div>
      )}
    </li>
  )
}

function Who({ one }: { one: MergeSuggestion['first'] }) {
  return (
    <Link
      to="/people/$personId"
      params={{ personId: one.id }}
      className="inline-flex min-h-6 min-w-0 items-center gap-1 break-all hover:underline"
    >
      {one.networks.map((network) => (
        <NetworkMark key={network} network={network} size={12} />
      ))}
      {one.name}
    </Link>
  )
}
