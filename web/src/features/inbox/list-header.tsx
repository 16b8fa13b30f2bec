import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useCommands } from '../../lib/commands.ts'
import { atHandle } from '../../lib/handles.ts'
import type { InboxSearch, InboxView } from '../../lib/inbox-search.ts'
import { useKindsWords } from '../../lib/kind-words.ts'
import { channelsQuery } from '../../lib/queries/channels.ts'
import { countsQuery } from '../../lib/queries/conversations.ts'
import { departmentsQuery } from '../../lib/queries/departments.ts'
import { classes } from '../../ui/classes.ts'
import { FilterMenu } from './filter-menu.tsx'
import { MoreViews } from './more-views.tsx'

const TYPING_PAUSE = 250

/** The views with their counts, the search, and the filters. */
export function ListHeader({ search }: { search: InboxSearch }) {
  const { t } = useLingui()
  const counts = useQuery(countsQuery).data
  const views: [InboxView, string, number | undefined][] = [
    ['mine', t`Mine`, counts?.mine],
    ['unassigned', t`Nobody's`, counts?.unassigned],
    ['all', t`All`, counts?.all],
    ['done', t`Done`, undefined],
  ]
  const current = search.view ?? 'all'
  return (
    <header className="flex flex-col gap-2 border-b border-line px-3 pt-3">
      <div className="flex items-center gap-1">
        <SearchField search={search} />
        <FilterMenu search={search} />
      </div>
      <nav aria-label={t`Views`} className="-mx-1 flex flex-wrap gap-x-0.5">
        {views.map(([view, name, count]) => (
          <Link
            key={view}
            to="/inbox"
            search={{ ...search, view, sort: undefined, person: undefined }}
            aria-current={view === current ? 'page' : undefined}
            className={classes(
              'flex min-h-9 items-center gap-1 border-b-2 px-1.5 text-sm font-medium whitespace-nowrap max-[359px]:px-1 max-[359px]:text-xs',
              view === current
                ? 'border-accent text-text'
                : 'border-transparent text-text-3 hover:text-text',
            )}
          >
            {name}
            {/* The place is kept while the number is on its way. */}
            <span className="tnum min-w-3 text-xs font-normal text-text-3">{count}</span>
          </Link>
        ))}
        <MoreViews search={search} />
      </nav>
      <ActiveFilters search={search} />
    </header>
  )
}

function SearchField({ search }: { search: InboxSearch }) {
  const { t } = useLingui()
  const navigate = useNavigate({ from: '/inbox' })
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef<number>(undefined)
  const [text, setText] = useState(search.text ?? '')
  useCommands([
    {
      id: 'search',
      label: t`Search conversations`,
      group: 'view',
      keys: '/',
      run: () => input.current?.focus(),
    },
  ])
  useEffect(() => () => window.clearTimeout(timer.current), [])
  useEffect(() => {
    // The address changed by itself (back, a link); what is being typed is left alone.
    if (document.activeElement !== input.current) setText(search.text ?? '')
  }, [search.text])
  const look = (value: string) =>
    navigate({
      to: '/inbox',
      search: (now) => ({ ...now, text: value.trim() || undefined }),
      replace: true,
    })
  return (
    <search className="relative flex-1">
      <Search size={14} aria-hidden className="absolute top-2.5 left-2.5 text-text-3" />
      <input
        ref={input}
        type="search"
        aria-label={t`Search conversations`}
        aria-keyshortcuts="/"
        placeholder={t`Search`}
        value={text}
        onChange={(event) => {
          const { value } = event.target
          setText(value)
          window.clearTimeout(timer.current)
          timer.current = window.setTimeout(() => void look(value), TYPING_PAUSE)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') input.current?.blur()
          if (event.key === 'Enter') void look(text)
        }}
        className="h-8.5 w-full rounded-md border border-line bg-sunken pr-2 pl-8 text-sm placeholder:text-text-3"
      />
    </search>
  )
}

function ActiveFilters({ search }: { search: InboxSearch }) {
  const { t } = useLingui()
  const kinds = useKindsWords()
  const channels = useQuery({ ...channelsQuery, enabled: search.channel !== undefined }).data
  const channel = channels?.find((each) => each.id === search.channel)
  const departments = useQuery({
    ...departmentsQuery,
    enabled: search.department !== undefined,
  }).data
  const department = departments?.find((each) => each.id === search.department)
  const chips: [keyof InboxSearch, string][] = []
  if (search.view === 'snoozed') chips.push(['view', t`Snoozed`])
  if (search.department)
    chips.push([
      'department',
      search.department === 'none' ? t`No department` : (department?.name ?? t`One department`),
    ])
  if (search.channel) chips.push(['channel', channel ? atHandle(channel) : t`One channel`])
  if (search.kind) chips.push(['kind', kinds[search.kind]])
  if (search.overdue) chips.push(['overdue', t`Only overdue`])
  if (chips.length === 0) return null
  return (
    <ul className="flex flex-wrap gap-1 pb-2">
      {chips.map(([name, words]) => (
        <li key={name}>
          <Link
            to="/inbox"
            search={{ ...search, [name]: undefined }}
            aria-label={t`Remove the filter ${words}`}
            className="inline-flex h-6 items-center gap-1 rounded-full bg-accent-soft px-2 text-xs font-medium text-accent-text"
          >
            {words}
            <X size={12} aria-hidden />
          </Link>
        </li>
      ))}
    </ul>
  )
}
