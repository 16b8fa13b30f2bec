import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { AlarmClock, Building2, Ellipsis, Star, Users } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useCommands } from '../../lib/commands.ts'
import { type InboxSearch, sameList } from '../../lib/inbox-search.ts'
import { countsQuery } from '../../lib/queries/conversations.ts'
import { departmentsQuery } from '../../lib/queries/departments.ts'
import { viewsQuery } from '../../lib/queries/views.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuChoice, MenuHeading, MenuItem, MenuLine } from '../../ui/menu.tsx'

const ViewDialog = lazy(() =>
  import('./view-dialog.tsx').then((module) => ({ default: module.ViewDialog })),
)
const ViewsDialog = lazy(() =>
  import('./views-dialog.tsx').then((module) => ({ default: module.ViewsDialog })),
)

/** Snoozed, the departments and the saved views, with their counts; saving and editing views. */
export function MoreViews({ search }: { search: InboxSearch }) {
  const { t } = useLingui()
  const [dialog, setDialog] = useState<'save' | 'edit'>()
  useCommands([
    {
      id: 'save-view',
      label: t`Save this list as a view`,
      group: 'view',
      run: () => setDialog('save'),
    },
    { id: 'edit-views', label: t`Edit saved views`, group: 'view', run: () => setDialog('edit') },
  ])
  return (
    <>
      <Menu
        align="end"
        trigger={
          <IconButton label={t`More views`} className="ml-auto">
            <Ellipsis size={16} aria-hidden />
          </IconButton>
        }
      >
        <Choices search={search} onDialog={setDialog} />
      </Menu>
      <Suspense>
        {dialog === 'save' && <ViewDialog search={search} onClose={() => setDialog(undefined)} />}
        {dialog === 'edit' && <ViewsDialog onClose={() => setDialog(undefined)} />}
      </Suspense>
    </>
  )
}

function Choices({
  search,
  onDialog,
}: {
  search: InboxSearch
  onDialog(which: 'save' | 'edit'): void
}) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const counts = useQuery(countsQuery).data
  const departments = useQuery(departmentsQuery).data ?? []
  // Opened to be read: the counts are those of now.
  const views = useQuery({ ...viewsQuery, staleTime: 0 }).data ?? []
  const go = (to: InboxSearch) => void navigate({ to: '/inbox', search: to })
  const countOf = (id: string) => counts?.departments.find((each) => each.id === id)?.count ?? 0
  return (
    <>
      <MenuChoice chosen={search.view === 'snoozed'} onSelect={() => go({ view: 'snoozed' })}>
        <AlarmClock size={14} aria-hidden />
        <Named name={t`Snoozed`} count={counts?.snoozed ?? 0} />
      </MenuChoice>
      {departments.length > 0 && (
        <>
          <MenuLine />
          <MenuHeading>{t`Departments`}</MenuHeading>
        </>
      )}
      {departments.map(({ id, name }) => (
        <MenuChoice
          key={id}
          chosen={sameList(search, { department: id })}
          onSelect={() => go({ department: id })}
        >
          <Building2 size={14} aria-hidden />
          <Named name={name} count={countOf(id)} />
        </MenuChoice>
      ))}
      {views.length > 0 && (
        <>
          <MenuLine />
          <MenuHeading>{t`Saved views`}</MenuHeading>
        </>
      )}
      {views.map(({ id, name, filter, shared, count }) => (
        <MenuChoice key={id} chosen={sameList(search, filter)} onSelect={() => go(filter)}>
          {shared ? <Users size={14} aria-hidden /> : <Star size={14} aria-hidden />}
          <Named name={name} count={count} />
        </MenuChoice>
      ))}
      <MenuLine />
      <MenuItem onSelect={() => onDialog('save')}>
        <Trans>Save this list as a view</Trans>
      </MenuItem>
      {views.length > 0 && (
        <MenuItem onSelect={() => onDialog('edit')}>
          <Trans>Edit saved views</Trans>
        </MenuItem>
      )}
    </>
  )
}

function Named({ name, count }: { name: string; count: number }) {
  return (
    <>
      <span className="min-w-0 flex-1 truncate">{name}</span>
      <span className="tnum text-xs text-text-3">{count >= 1000 ? '999+' : count}</span>
    </>
  )
}
