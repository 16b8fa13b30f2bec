import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { z } from 'zod'
import { withWords } from '../lib/i18n.ts'
import { shell } from './frame-routes.tsx'

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(
    withWords(() => import('../features/settings/settings-layout.tsx')),
    'SettingsLayout',
  ),
})
const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/channels' })
  },
})
const channels = createRoute({
  getParentRoute: () => settings,
  path: '/channels',
  validateSearch: z.object({
    channel: z.string().optional().catch(undefined),
    connect: z.string().optional().catch(undefined),
    /** How signing in on a network's own page ended. */
    connected: z.string().optional().catch(undefined),
    problem: z.string().optional().catch(undefined),
  }),
  component: lazyRouteComponent(
    () => import('../features/settings/channels-page.tsx'),
    'ChannelsPage',
  ),
})
const compare = createRoute({
  getParentRoute: () => settings,
  path: '/channels/compare',
  component: lazyRouteComponent(
    () => import('../features/settings/compare-page.tsx'),
    'ComparePage',
  ),
})
const account = createRoute({
  getParentRoute: () => settings,
  path: '/channels/$channelId',
  component: lazyRouteComponent(
    () => import('../features/settings/account-page.tsx'),
    'AccountPage',
  ),
})
const team = createRoute({
  getParentRoute: () => settings,
  path: '/team',
  component: lazyRouteComponent(() => import('../features/settings/team-page.tsx'), 'TeamPage'),
})
const departments = createRoute({
  getParentRoute: () => settings,
  path: '/departments',
  component: lazyRouteComponent(
    () => import('../features/settings/departments-page.tsx'),
    'DepartmentsPage',
  ),
})
const routing = createRoute({
  getParentRoute: () => settings,
  path: '/routing',
  component: lazyRouteComponent(
    () => import('../features/settings/routing-page.tsx'),
    'RoutingPage',
  ),
})
const keys = createRoute({
  getParentRoute: () => settings,
  path: '/keys',
  component: lazyRouteComponent(() => import('../features/settings/keys-page.tsx'), 'KeysPage'),
})
const webhooks = createRoute({
  getParentRoute: () => settings,
  path: '/webhooks',
  component: lazyRouteComponent(
    () => import('../features/settings/webhooks-page.tsx'),
    'WebhooksPage',
  ),
})
const exportPage = createRoute({
  getParentRoute: () => settings,
  path: '/export',
  component: lazyRouteComponent(() => import('../features/settings/export-page.tsx'), 'ExportPage'),
})
const sessions = createRoute({
  getParentRoute: () => settings,
  path: '/sessions',
  component: lazyRouteComponent(
    () => import('../features/settings/sessions-page.tsx'),
    'SessionsPage',
  ),
})
const business = createRoute({
  getParentRoute: () => settings,
  path: '/business',
  component: lazyRouteComponent(
    () => import('../features/settings/business-page.tsx'),
    'BusinessPage',
  ),
})
const replyTimes = createRoute({
  getParentRoute: () => settings,
  path: '/reply-times',
  component: lazyRouteComponent(
    () => import('../features/settings/reply-times/reply-times-page.tsx'),
    'ReplyTimesPage',
  ),
})
const onCall = createRoute({
  getParentRoute: () => settings,
  path: '/on-call',
  component: lazyRouteComponent(
    () => import('../features/settings/on-call/on-call-page.tsx'),
    'OnCallPage',
  ),
})
const security = createRoute({
  getParentRoute: () => settings,
  path: '/security',
  component: lazyRouteComponent(
    () => import('../features/settings/security-page.tsx'),
    'SecurityPage',
  ),
})
const singleSignOn = createRoute({
  getParentRoute: () => settings,
  path: '/sign-in',
  validateSearch: z.object({
    /** How a try ended. */
    tried: z.string().optional().catch(undefined),
    problem: z.string().optional().catch(undefined),
  }),
  component: lazyRouteComponent(
    () => import('../features/settings/sign-in/sign-in-settings.tsx'),
    'SignInSettings',
  ),
})
const audit = createRoute({
  getParentRoute: () => settings,
  path: '/audit',
  component: lazyRouteComponent(() => import('../features/settings/audit-page.tsx'), 'AuditPage'),
})
const aside = createRoute({
  getParentRoute: () => settings,
  path: '/aside',
  component: lazyRouteComponent(() => import('../features/settings/aside-page.tsx'), 'AsidePage'),
})
const replies = createRoute({
  getParentRoute: () => settings,
  path: '/replies',
  component: lazyRouteComponent(
    () => import('../features/settings/replies-page.tsx'),
    'RepliesPage',
  ),
})
const digestSettings = createRoute({
  getParentRoute: () => settings,
  path: '/digest',
  component: lazyRouteComponent(
    () => import('../features/settings/digest-settings-page.tsx'),
    'DigestSettingsPage',
  ),
})

export const settingsRoutes = settings.addChildren([
  settingsIndex,
  channels,
  compare,
  account,
  team,
  departments,
  routing,
  keys,
  webhooks,
  exportPage,
  sessions,
  business,
  replyTimes,
  onCall,
  replies,
  digestSettings,
  security,
  singleSignOn,
  audit,
  aside,
])
