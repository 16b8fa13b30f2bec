import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import type { SessionView } from '../../../contract/session.ts'
import { sessionQuery } from '../lib/queries/session.ts'
import { NotFound } from './route-states.tsx'

// What all pages stand in, and who is let through to which of them.

type Context = { queryClient: QueryClient }
type Stage = SessionView['stage']

const home = { 'set-up': '/set-up', 'sign-in': '/sign-in', enrol: '/enrol' } as const

export const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: NotFound,
})

/** Lets a page through in its stages only, and sends everyone else where they stand. */
export function only(...stages: Stage[]) {
  return async ({ context, location }: { context: Context; location: { href: string } }) => {
    const { stage } = await context.queryClient.ensureQueryData(sessionQuery)
    if (stages.includes(stage)) return
    if (stage === 'ready') throw redirect({ to: '/inbox' })
    if (stage === 'sign-in') throw redirect({ to: home[stage], search: { next: location.href } })
    throw redirect({ to: home[stage] })
  }
}

/** The frame around the pages of whoever is signed in. */
export const shell = createRoute({
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
