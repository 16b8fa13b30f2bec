import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ConversationKind } from '../../../contract/understanding.ts'
import { useCommands } from '../lib/commands.ts'
import { chooseLocale } from '../lib/i18n.ts'
import { departmentsQuery } from '../lib/queries/departments.ts'
import { useMe } from '../lib/queries/session.ts'
import { viewsQuery } from '../lib/queries/views.ts'
import { chooseTheme } from '../lib/theme.ts'
import { useLeave } from './account-menu.tsx'

/** What can be done from every page. */
export function useAppCommands(): void {
  const { t } = useLingui()
  const navigate = useNavigate()
  const inboxOf = {
    complaint: t`Inbox: complaints`,
    praise: t`Inbox: praise`,
    question: t`Inbox: questions`,
  }
  const leave = useLeave()
  const { may } = useMe()
  const departments = useQuery(departmentsQuery).data ?? []
  const views = useQuery(viewsQuery).data ?? []
  useCommands([
    { id: 'today', label: t`Go to Today`, group: 'go', run: () => navigate({ to: '/today' }) },
    { id: 'inbox', label: t`Go to the inbox`, group: 'go', run: () => navigate({ to: '/inbox' }) },
    { id: 'people', label: t`Go to People`, group: 'go', run: () => navigate({ to: '/people' }) },
    {
      id: 'mine',
      label: t`Inbox: mine`,
      group: 'go',
      run: () => navigate({ to: '/inbox', search: { view: 'mine' } }),
    },
    {
      id: 'unassigned',
      label: t`Inbox: nobody's`,
      group: 'go',
      run: () => navigate({ to: '/inbox', search: { view: 'unassigned' } }),
    },
    {
      id: 'done-view',
      label: t`Inbox: done`,
      group: 'go',
      run: () => navigate({ to: '/inbox', search: { view: 'done' } }),
    },
    {
      id: 'overdue',
      label: t`Inbox: overdue`,
      group: 'go',
      run: () => navigate({ to: '/inbox', search: { overdue: 'true' } }),
    },
    ...ConversationKind.options.map((kind) => ({
      id: `kind-${kind}`,
      label: inboxOf[kind],
      group: 'go' as const,
      run: () => navigate({ to: '/inbox', search: { kind } }),
    })),
    {
      id: 'all-view',
      label: t`Inbox: everybody's`,
      group: 'go',
      run: () => navigate({ to: '/inbox', search: { view: 'all' } }),
    },
    {
      id: 'snoozed-view',
      label: t`Inbox: snoozed`,
      group: 'go',
      run: () => navigate({ to: '/inbox', search: { view: 'snoozed' } }),
    },
    ...departments.map(({ id, name }) => ({
      id: `department-${id}`,
      label: t`Inbox: department ${name}`,
      group: 'go' as const,
      run: () => navigate({ to: '/inbox', search: { department: id } }),
    })),
    ...views.map(({ id, name, filter }) => ({
      id: `view-${id}`,
      label: t`Inbox: view ${name}`,
      group: 'go' as const,
      run: () => navigate({ to: '/inbox', search: filter }),
    })),
    {
      id: 'departments',
      label: t`Settings: departments`,
      group: 'go',
      run: () => navigate({ to: '/settings/departments' }),
    },
    ...(may('manage-workspace')
      ? [
          {
            id: 'routing',
            label: t`Settings: routing`,
            group: 'go' as const,
            run: () => navigate({ to: '/settings/routing' }),
          },
        ]
      : []),
    {
      id: 'channels',
      label: t`Settings: channels`,
      group: 'go',
      run: () => navigate({ to: '/settings/channels' }),
    },
    {
      id: 'team',
      label: t`Settings: team`,
      group: 'go',
      run: () => navigate({ to: '/settings/team' }),
    },
    {
      id: 'api-keys',
      label: t`Settings: API keys`,
      group: 'go',
      run: () => navigate({ to: '/settings/keys' }),
    },
    {
      id: 'sessions',
      label: t`Settings: sessions`,
      group: 'go',
      run: () => navigate({ to: '/settings/sessions' }),
    },
    { id: 'figures', label: t`Figures`, group: 'go', run: () => navigate({ to: '/figures' }) },
    {
      id: 'business',
      label: t`Settings: business`,
      group: 'go',
      run: () => navigate({ to: '/settings/business' }),
    },
    {
      id: 'replies',
      label: t`Settings: replies`,
      group: 'go',
      run: () => navigate({ to: '/settings/replies' }),
    },
    {
      id: 'security',
      label: t`Settings: security`,
      group: 'go',
      run: () => navigate({ to: '/settings/security' }),
    },
    {
      id: 'audit',
      label: t`Settings: audit log`,
      group: 'go',
      run: () => navigate({ to: '/settings/audit' }),
    },
    {
      id: 'aside',
      label: t`Settings: events kept aside`,
      group: 'go',
      run: () => navigate({ to: '/settings/aside' }),
    },
    { id: 'light', label: t`Colours: light`, group: 'other', run: () => chooseTheme('light') },
    { id: 'dark', label: t`Colours: dark`, group: 'other', run: () => chooseTheme('dark') },
    {
      id: 'system',
      label: t`Colours: as the system`,
      group: 'other',
      run: () => chooseTheme('system'),
    },
    {
      id: 'english',
      label: 'Language: English',
      group: 'other',
      run: () => void chooseLocale('en'),
    },
    { id: 'romanian', label: 'Limba: română', group: 'other', run: () => void chooseLocale('ro') },
    { id: 'sign-out', label: t`Sign out`, group: 'other', run: () => void leave() },
  ])
}
