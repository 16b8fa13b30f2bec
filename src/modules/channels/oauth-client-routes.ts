import { z } from 'zod'
import { ClientDocument, ClientKeys } from '../../../contract/channels.ts'
import { AppError } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import type { ChannelDeps } from './deps.ts'

const tags = ['channels']

/** How servers that a member signs in on come to know this installation (OAuth client metadata). */
export function registerOAuthClient(app: App, deps: ChannelDeps): void {
  app.get(
    '/oauth/client-metadata.json',
    {
      config: { access: 'open' },
      schema: {
        summary: 'Who this installation is to servers of the AT protocol',
        tags,
        response: { 200: ClientDocument },
      },
    },
    async (_request, reply) => {
      // Servers keep it for some minutes whatever is said here; a new key must not wait for hours.
      reply.header('cache-control', 'public, max-age=300')
      return ClientDocument.parse(documentOf(deps))
    },
  )
  app.get(
    '/oauth/jwks.json',
    {
      config: { access: 'open' },
      schema: {
        summary: 'The public keys of this installation',
        tags,
        response: { 200: ClientKeys },
      },
    },
    async (_request, reply) => {
      documentOf(deps)
      reply.header('cache-control', 'public, max-age=300')
      const keys = await deps.oauth.keys()
      return {
        keys: keys.map(({ kty, crv, alg, kid, x, y }) => ({
          kty,
          crv,
          alg,
          use: 'sig' as const,
          kid,
          x,
          y,
        })),
      }
    },
  )
}

function documentOf({ connectors, oauth }: ChannelDeps): unknown {
  for (const { consent } of connectors.values()) {
    const document = consent?.clientMetadata?.(oauth.publicUrl)
    if (z.object({}).safeParse(document).success) return document
  }
  throw new AppError(
    'not-found',
    'Servers reach no document here: Parley has no public address that begins with https://.',
  )
}
