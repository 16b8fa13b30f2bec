import swagger from '@fastify/swagger'
import { createJsonSchemaTransform } from 'fastify-type-provider-zod'
import { exampleFor } from '../../contract/examples/index.ts'
import { ApiDocument, Problem } from '../../contract/http.ts'
import type { App } from './http-routes.ts'

const describe = createJsonSchemaTransform({ skipList: [] })

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
    transform: (route) => withExamples(describe(route), route.schema),
  })
  app.get(
    '/api/openapi.json',
    {
      config: { access: 'open' },
      schema: {
        summary: 'This description of the API',
        response: { 200: ApiDocument },
      },
    },
    () => Object.fromEntries(Object.entries(app.swagger())),
  )
}

type Described = ReturnType<typeof describe>

/** Puts beside each body and each answer what one looks like (contract/examples). */
function withExamples(described: Described, given: unknown): Described {
  const [schemas, texts] = [isRecord(given) ? given : {}, described.schema]
  if (!isRecord(texts)) return described
  addExample(texts.body, schemas.body)
  const [answers, shown] = [schemas.response, texts.response]
  if (isRecord(answers) && isRecord(shown))
    for (const [status, answer] of Object.entries(answers)) addExample(shown[status], answer)
  return described
}

function addExample(shown: unknown, schema: unknown): void {
  if (!isRecord(shown)) return
  if (isRecord(shown.content) && isRecord(schema) && isRecord(schema.content)) {
    for (const [type, media] of Object.entries(schema.content)) {
      const shownMedia = shown.content[type]
      if (isRecord(media) && isRecord(shownMedia)) addExample(shownMedia.schema, media.schema)
    }
    return
  }
  const example = exampleFor(schema)
  if (example !== undefined) shown.examples = [example]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
