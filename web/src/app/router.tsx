import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { z } from 'zod'
import type { SessionView } from '../../../contract/session.ts'
import { FiguresSearch } from '../lib/figures-search.ts'
import { withWords } from '../lib/i18n.ts'
import { InboxSearch } from '../lib/inbox-search.ts'
import { sessionQuery } from '../lib/queries/session.ts'
import { NotFound, RouteProblem } from './route-states.tsx'

type Context = { queryClient: QueryClient }
type Stage = SessionView['stage']

const home = { 'set-up': '/set-up', 'sign-in': '/sign-in', enrol: '/enrol' } as const

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: NotFound,
})

/** Lets a page through in its stages only, and sends everyone else where they stand. */
function only(...stages: Stage[]) {
  return async ({ context, location }: { context: Context; location: { href: string } }) => {
    const { stage } = await context.queryClient.ensureQueryData(sessionQuery)
    if (stages.includes(stage)) return
    if (stage === 'ready') throw redirect({ to: '/inbox' })
    if (stage === 'sign-in') throw redirect({ to: home[stage], search: { next: location.href } })
    throw redirect({ to: home[stage] })
  }
}

const setUp = createRoute({
  getParentRoute: () => root,
  path: '/set-up',
  // Its last steps come when somebody is signed in already.
  beforeLoad: only('set-up', 'enrol', 'ready', 'sign-in'),
  component: lazyRouteComponent(
    withWords(() => import('../features/first-run/first-run-page.tsx')),
    'FirstRunPage',
  ),
})
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: z.object({
    next: z.string().startsWith('/').optional().catch(undefined),
    /** How coming back from a service of single sign-on went on. */
    step: z.literal('code').optional().catch(undefined),
    problem: z.string().optional().catch(undefined),
  }),
  beforeLoad: only('sign-in'),
  component: lazyRouteComponent(
    withWords(() => import('../features/sign-in/sign-in-page.tsx')),
    'SignInPage',
  ),
})
const enrol = createRoute({
  getParentRoute: () => root,
  path: '/enrol',
  beforeLoad: only('enrol'),
  component: lazyRouteComponent(
    withWords(() => import('../features/sign-in/enrol-page.tsx')),
    'EnrolPage',
  ),
})
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(
    withWords(() => import('../features/sign-in/invitation-page.tsx')),
    'InvitationPage',
  ),
})

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async (options) => {
    await only('ready')(options)
    const session = await options.context.queryClient.ensureQueryData(sessionQuery)
    const later = sessionStorage.getItem('parley.set-up-later') === 'yes'
    if (session.setupLeft.length > 0 && !later) throw redirect({ to: '/set-up' })
  },
  component: lazyRouteComponent(() => import('./shell.tsx'), 'Shell'),
})
const index = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/inbox' })
  },
})
const today = createRoute({
  getParentRoute: () => shell,
  path: '/today',
  component: lazyRouteComponent(() => import('../features/today/today-page.tsx'), 'TodayPage'),
})
const digest = createRoute({
  getParentRoute: () => shell,
  path: '/digest',
  component: lazyRouteComponent(
    withWords(() => import('../features/digest/digest-page.tsx')),
    'DigestPage',
  ),
})
const inbox = createRoute({
  getParentRoute: () => shell,
  path: '/inbox',
  validateSearch: InboxSearch,
  component: lazyRouteComponent(() => import('../features/inbox/inbox-page.tsx'), 'InboxPage'),
})
const conversation = createRoute({
  getParentRoute: () => inbox,
  path: '$conversationId',
})
const figures = createRoute({
  getParentRoute: () => shell,
  path: '/figures',
  validateSearch: FiguresSearch,
  component: lazyRouteComponent(
    withWords(() => import('../features/figures/figures-page.tsx')),
    'FiguresPage',
  ),
})
const people = createRoute({
  getParentRoute: () => shell,
  path: '/people',
  component: lazyRouteComponent(
    withWords(() => import('../features/people/people-page.tsx')),
    'PeoplePage',
  ),
})
const person = createRoute({
  getParentRoute: () => shell,
  path: '/people/$personId',
  component: lazyRouteComponent(
    withWords(() => import('../features/people/person-page.tsx')),
    'PersonPage',
  ),
})
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

const tree = root.addChildren([
  setUp,
  signIn,
  enrol,
  invitation,
  shell.addChildren([
    index,
    today,
    digest,
    inbox.addChildren([conversation]),
    figures,
    people,
    person,
    settings.addChildren([
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
    ]),
  ]),
])

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: RouteProblem,
    defaultNotFoundComponent: NotFound,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
