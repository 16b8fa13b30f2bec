import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ListFilter } from 'lucide-react'
import { ConversationKind } from '../../../../contract/understanding.ts'
import { useCommands } from '../../lib/commands.ts'
import { atHandle } from '../../lib/handles.ts'
import type { InboxSearch } from '../../lib/inbox-search.ts'
import { useKindsWords } from '../../lib/kind-words.ts'
import { channelsQuery } from '../../lib/queries/channels.ts'
import { departmentsQuery } from '../../lib/queries/departments.ts'
import { useMe } from '../../lib/queries/session.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuChoice, MenuHeading, MenuLine } from '../../ui/menu.tsx'
import { NetworkMark } from '../../ui/network-mark.tsx'
import { KindIcon } from './kind-mark.tsx'

/** The order of the list, and what of it is shown. */
export function FilterMenu({ search }: { search: InboxSearch }) {
  const { t } = useLingui()
  const { may } = useMe()
  const kinds = useKindsWords()
  const navigate = useNavigate({ from: '/inbox' })
  const channels = useQuery({ ...channelsQuery, enabled: may('read-channels') }).data ?? []
  const departments = useQuery(departmentsQuery).data ?? []
  const go = (change: Partial<InboxSearch>) =>
    void navigate({ to: '/inbox', search: (now) => ({ ...now, ...change }) })
  const view = search.view ?? 'all'
  const sort = search.sort ?? (view === 'done' ? 'newest' : 'due')
  useCommands([
    { id: 'sort-due', label: t`Sort by due time`, group: 'view', run: () => go({ sort: 'due' }) },
    {
      id: 'sort-newest',
      label: t`Sort by newest message`,
      group: 'view',
      run: () => go({ sort: 'newest' }),
    },
  ])
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={t`Sort and filter`}>
          <ListFilter size={16} aria-hidden />
        </IconButton>
      }
    >
      <MenuHeading>{t`Sort`}</MenuHeading>
      <MenuChoice
        chosen={sort === 'due'}
        onSelect={() => go({ sort: 'due' })}
      >{t`Due first`}</MenuChoice>
      <MenuChoice
        chosen={sort === 'newest'}
        onSelect={() => go({ sort: 'newest' })}
      >{t`Newest first`}</MenuChoice>
      <MenuLine />
      <MenuChoice
        chosen={search.overdue === 'true'}
        onSelect={() => go({ overdue: search.overdue ? undefined : 'true' })}
      >{t`Only overdue`}</MenuChoice>
      <MenuLine />
      <MenuHeading>{t`Kind`}</MenuHeading>
      <MenuChoice
        chosen={!search.kind}
        onSelect={() => go({ kind: undefined })}
      >{t`All kinds`}</MenuChoice>
      {ConversationKind.options.map((kind) => (
        <MenuChoice key={kind} chosen={search.kind === kind} onSelect={() => go({ kind })}>
          <KindIcon kind={kind} />
          {kinds[kind]}
        </MenuChoice>
      ))}
      <MenuLine />
      {departments.length > 0 && (
        <>
          <MenuHeading>{t`Department`}</MenuHeading>
          <MenuChoice
            chosen={!search.department}
            onSelect={() => go({ department: undefined })}
          >{t`All departments`}</MenuChoice>
          <MenuChoice
            chosen={search.department === 'none'}
            onSelect={() => go({ department: 'none' })}
          >{t`No department`}</MenuChoice>
          {departments.map(({ id, name }) => (
            <MenuChoice
              key={id}
              chosen={search.department === id}
              onSelect={() => go({ department: id })}
            >
              <span className="truncate">{name}</span>
            </MenuChoice>
          ))}
          <MenuLine />
        </>
      )}
      <MenuHeading>{t`Channel`}</MenuHeading>
      <MenuChoice
        chosen={!search.channel}
        onSelect={() => go({ channel: undefined })}
      >{t`All channels`}</MenuChoice>
      {channels.map((channel) => (
        <MenuChoice
          key={channel.id}
          chosen={search.channel === channel.id}
          onSelect={() => go({ channel: channel.id })}
        >
          <NetworkMark network={channel.network} />
          <span className="truncate">{atHandle(channel)}</span>
        </MenuChoice>
      ))}
    </Menu>
  )
}
