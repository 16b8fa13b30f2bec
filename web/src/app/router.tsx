import type { QueryClient } from '@tanstack/react-query'
import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { z } from 'zod'
import { FiguresSearch } from '../lib/figures-search.ts'
import { withWords } from '../lib/i18n.ts'
import { InboxSearch } from '../lib/inbox-search.ts'
import { only, root, shell } from './frame-routes.tsx'
import { NotFound, RouteProblem } from './route-states.tsx'
import { settingsRoutes } from './settings-routes.tsx'

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
    settingsRoutes,
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
