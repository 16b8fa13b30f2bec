import { useLingui } from '@lingui/react/macro'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import {
  Archive,
  BellRing,
  Building2,
  Clock,
  KeyRound,
  LogIn,
  type LucideIcon,
  MonitorSmartphone,
  Network,
  Newspaper,
  PackageOpen,
  Radio,
  ScrollText,
  ShieldCheck,
  Split,
  TextQuote,
  Users,
  Webhook,
} from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useMe } from '../../lib/queries/session.ts'
import { classes } from '../../ui/classes.ts'

type Target =
  | '/settings/channels'
  | '/settings/team'
  | '/settings/departments'
  | '/settings/routing'
  | '/settings/business'
  | '/settings/reply-times'
  | '/settings/on-call'
  | '/settings/replies'
  | '/settings/digest'
  | '/settings/keys'
  | '/settings/webhooks'
  | '/settings/security'
  | '/settings/sign-in'
  | '/settings/sessions'
  | '/settings/audit'
  | '/settings/aside'
  | '/settings/export'

const item =
  'flex min-h-8 items-center gap-2 rounded-md px-2.5 text-sm font-medium max-md:whitespace-nowrap'

/** The pages of the settings that this person may see, and one of them. */
export function SettingsLayout() {
  const { t } = useLingui()
  const { may } = useMe()
  const pages: [Target, LucideIcon, string, boolean][] = [
    ['/settings/channels', Radio, t`Channels`, may('read-channels')],
    ['/settings/team', Users, t`Team`, may('read-members')],
    ['/settings/departments', Network, t`Departments`, true],
    ['/settings/routing', Split, t`Routing`, may('manage-workspace')],
    ['/settings/business', Building2, t`Business`, true],
    ['/settings/reply-times', Clock, t`Reply times`, may('read-conversations')],
    ['/settings/on-call', BellRing, t`On call`, may('read-conversations')],
    ['/settings/replies', TextQuote, t`Replies`, may('read-conversations')],
    ['/settings/digest', Newspaper, t`Digest`, may('read-conversations')],
    ['/settings/security', ShieldCheck, t`Security`, true],
    ['/settings/sign-in', LogIn, t`Sign-in`, may('manage-workspace')],
    ['/settings/sessions', MonitorSmartphone, t`Sessions`, true],
    ['/settings/keys', KeyRound, t`API keys`, may('manage-keys')],
    ['/settings/webhooks', Webhook, t`Webhooks`, may('manage-workspace')],
    ['/settings/audit', ScrollText, t`Audit log`, may('read-audit')],
    [
      '/settings/export',
      PackageOpen,
      t({ message: 'Export', context: 'page' }),
      may('export-everything'),
    ],
    ['/settings/aside', Archive, t`Events kept aside`, may('operate')],
  ]
  const nav = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  // On a phone the pages stand in one line that scrolls: the one that is open is always in sight.
  useEffect(() => {
    nav.current
      ?.querySelector(`a[href="${pathname}"]`)
      ?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [pathname])
  return (
    <div className="flex h-full max-md:flex-col">
      <nav
        ref={nav}
        aria-label={t`Settings`}
        className="flex shrink-0 gap-1 border-line p-2 max-md:overflow-x-auto max-md:border-b md:w-52 md:flex-col md:border-r md:px-3 md:py-6"
      >
        {pages
          .filter(([, , , shown]) => shown)
          .map(([to, Icon, name]) => (
            <Link
              key={to}
              to={to}
              className={classes(item, 'text-text-2 hover:bg-hover hover:text-text')}
              activeProps={{
                className: classes(item, 'bg-accent-soft text-accent-text'),
                'aria-current': 'page',
              }}
            >
              <Icon size={16} aria-hidden className="shrink-0" />
              {name}
            </Link>
          ))}
      </nav>
      <div className="min-h-0 min-w-0 flex-1">
        <Outlet />
      </div>
    </div>
  )
}
