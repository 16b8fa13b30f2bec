import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Upload, Users } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { type PersonSummary, WinBackState } from '../../../../contract/people.ts'
import { useWinBackWords, winBackTones } from '../../lib/people-words.ts'
import { peopleQuery } from '../../lib/queries/people.ts'
import { useMe } from '../../lib/queries/session.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Select, TextInput } from '../../ui/field.tsx'
import { Badge, EmptyState, LoadProblem } from '../../ui/messages.tsx'
import { MoreButton } from '../../ui/more-button.tsx'
import { NetworkMark } from '../../ui/network-mark.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Ago } from '../../ui/time.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { MergeSuggestions } from './merge-suggestions.tsx'
import { WinBackFigures } from './win-back-figures.tsx'

/** Everybody who ever wrote, who may be one and the same, and what became of complaints. */
export function PeoplePage() {
  const { t } = useLingui()
  const { may } = useMe()
  const [importing, setImporting] = useState(false)
  return (
    <Page
      wide
      title={t`People`}
      intro={t`Your customers, one record each, whatever networks they write on.`}
      actions={
        may('manage-people') && (
          <Button onClick={() => setImporting(true)}>
            <Upload size={14} aria-hidden />
            <Trans>Import</Trans>
          </Button>
        )
      }
    >
      <MergeSuggestions />
      <PeopleList />
      <WinBackFigures />
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </Page>
  )
}

function PeopleList() {
  const { t } = useLingui()
  const states = useWinBackWords()
  const [text, setText] = useState('')
  const [winBack, setWinBack] = useState('')
  const filter = { text: useDeferredValue(text), winBack }
  const people = useInfiniteQuery(peopleQuery(filter))
  const all = people.data?.pages.flatMap((page) => page.items) ?? []
  const filtered = text !== '' || winBack !== ''
  return (
    <section aria-label={t`All people`} className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-2">
        <TextInput
          type="search"
          aria-label={t`Find by name, handle or address`}
          placeholder={t`Find by name, handle or address`}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="min-w-0 flex-1 basis-52"
        />
        <Select
          aria-label={t`After a complaint`}
          value={winBack}
          onChange={(event) => setWinBack(event.target.value)}
          className="!w-auto max-w-full"
        >
          <option value="">{t`Everybody`}</option>
          {WinBackState.options.map((state) => (
            <option key={state} value={state}>
              {states[state]}
            </option>
          ))}
        </Select>
      </div>
      <Card>
        {people.isPending && <SkeletonRows count={5} label={t`Reading the people`} />}
        {people.isError && all.length === 0 && (
          <LoadProblem error={people.error} onRetry={() => void people.refetch()} />
        )}
        {people.isSuccess && all.length === 0 && (
          <EmptyState icon={Users} title={filtered ? t`Nobody fits` : t`Nobody wrote yet`}>
            {filtered
              ? t`Try fewer letters, or everybody.`
              : t`Whoever writes to one of your accounts stands here by themselves.`}
          </EmptyState>
        )}
        <ul>
          {all.map((person) => (
            <PersonRow key={person.id} person={person} />
          ))}
        </ul>
      </Card>
      <MoreButton list={people}>
        <Trans>More people</Trans>
      </MoreButton>
    </section>
  )
}

function PersonRow({ person }: { person: PersonSummary }) {
  const states = useWinBackWords()
  return (
    <li className="border-b border-line last:border-b-0">
      <Link
        to="/people/$personId"
        params={{ personId: person.id }}
        className="flex items-center gap-3 px-4 py-2.5 hover:bg-hover"
      >
        <Avatar name={person.name} />
        <span className="flex min-w-0 flex-1 flex-col">
          <span className="flex flex-wrap items-center gap-1.5">
            <span className="min-w-0 truncate text-sm font-medium">{person.name}</span>
            {person.winBack && person.winBack !== 'mistaken' && (
              <Badge tone={winBackTones[person.winBack]}>{states[person.winBack]}</Badge>
            )}
            {person.tags.slice(0, 3).map((tag) => (
              <Badge key={tag}>{tag}</Badge>
            ))}
          </span>
          <span className="flex items-center gap-1.5 truncate text-xs text-text-3">
            {person.identities.map(({ network, handle }) => (
              <NetworkMark key={`${network} ${handle}`} network={network} size={12} />
            ))}
            <span className="truncate">{person.identities[0]?.handle}</span>
          </span>
        </span>
        {person.lastMessageAt && (
          <Ago at={person.lastMessageAt} className="shrink-0 text-xs text-text-3" />
        )}
      </Link>
    </li>
  )
}
