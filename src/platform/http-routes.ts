import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Ability } from '../../contract/session.ts'

/** The server as modules see it: routes have zod schemas and `config.access`. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>

/**
 * Who may call a route. `open`: anybody. `enrolling`: signed in, also before the second factor is set up.
 * `signed-in`: a person with their second factor. An ability: whoever has it, people and API keys.
 */
export type Access = 'open' | 'enrolling' | 'signed-in' | Ability

/**
 * Lets the request pass or throws the AppError that says why not.
 * @returns a key to count this caller's requests by; null: nobody in particular
 */
export type Guard = (request: FastifyRequest, access: Access) => Promise<string | null>

export type Route = { method: string; path: string; access: Access }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Required on every route: a server with a route that lacks it does not start. */
    access?: Access
    /**
     * Pages of others may post here: the route reads no session and changes nothing. Everywhere else such
     * a request is refused as forged.
     */
    fromAnywhere?: true
  }
}

/**
 * Makes the route convention a law: every route says who may call it and has a schema, or registering
 * it throws. Answers the list of routes, which fills as they are registered.
 */
export function keepRoutes(app: App): Route[] {
  const routes: Route[] = []
  app.addHook('onRoute', (route) => {
    const access = route.config?.access
    for (const method of [route.method].flat()) {
      if (access === undefined)
        throw new Error(`${method} ${route.url} does not say who may call it (config.access)`)
      if (route.schema === undefined) throw new Error(`${method} ${route.url} has no schema`)
      routes.push({ method, path: route.url, access })
    }
  })
  return routes
}

/** The methods that a path answers, for 405. */
export function methodsOf(routes: readonly Route[], path: string): string[] {
  return routes.filter((route) => matches(route.path, path)).map((route) => route.method)
}

function matches(pattern: string, path: string): boolean {
  const expected = pattern.split('/')
  const given = path.split('/')
  return (
    expected.length === given.length &&
    expected.every((part, index) => part.startsWith(':') || part === given[index])
  )
}
