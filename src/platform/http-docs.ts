import swagger from '@fastify/swagger'
import { createJsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Problem } from '../../contract/http.ts'
import type { App } from './http-routes.ts'

/** Describes every route as OpenAPI 3.1 at GET /api/openapi.json. Register before the routes. */
export async function describeApi(app: App): Promise<void> {
  // Every route can answer with a problem document; each says so without repeating it.
  app.addHook('onRoute', (route) => {
    const problem = {
      description: 'A problem document (RFC 9457)',
      content: { 'application/problem+json': { schema: Problem } },
    }
    const answers = isRecord(route.schema?.response) ? route.schema.response : {}
    if (route.schema) route.schema.response = { ...answers, '4xx': problem }
    if (route.schema && route.config?.access === 'open') route.schema.security = []
  })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Parley',
        version: '1',
        description:
          'A desk for two-way conversation between a business and its customers. Lists answer {items, next}; errors are RFC 9457 problem documents.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'An API key' },
          session: { type: 'apiKey', in: 'cookie', name: 'parley.session_token' },
        },
      },
      security: [{ key: [] }, { session: [] }],
    },
    transform: createJsonSchemaTransform({ skipList: [] }),
  })
  app.get(
    '/api/openapi.json',
    {
      config: { access: 'open' },
      schema: {
        summary: 'This description of the API',
        response: { 200: z.record(z.string(), z.unknown()) },
      },
    },
    () => Object.fromEntries(Object.entries(app.swagger())),
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
