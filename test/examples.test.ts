import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { startTestParley, type TestParley } from './parley.ts'

const Media = z.object({ schema: z.record(z.string(), z.unknown()), example: z.unknown() })
const Content = z.record(z.string(), Media.partial({ example: true }))
const Operation = z.object({
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.object({ content: Content.optional() })),
})
const Document = z.object({ paths: z.record(z.string(), z.record(z.string(), Operation)) })

// Pages for people and their scripts, and where a browser is sent on.
const isPage = (name: string) => / [/](site|sign-in)[/]/.test(name)

let parley: TestParley
let shown: { name: string; schema: Record<string, unknown>; example: unknown }[]

beforeAll(async () => {
  parley = await startTestParley()
  const { body } = await parley.request(null, 'GET', '/api/openapi.json')
  shown = Object.entries(Document.parse(body).paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody, responses }]) => {
      const name = `${method.toUpperCase()} ${path}`
      const answers = Object.entries(responses).filter(([status]) => !/^5/.test(status))
      return [
        ...mediaOf(`${name} body`, requestBody?.content),
        ...answers.flatMap(([status, { content }]) => mediaOf(`${name} ${status}`, content)),
      ]
    }),
  )
})
afterAll(() => parley.close())

function mediaOf(name: string, content: z.infer<typeof Content> = {}) {
  const json = Object.entries(content).filter(([type]) => type.endsWith('json'))
  return json.map(([, { schema, example }]) => {
    // Of a body it stands beside the schema, of an answer in it: both are OpenAPI 3.1.
    const [inside] = z.array(z.unknown()).catch([]).parse(schema.examples)
    return { name, schema, example: example ?? inside }
  })
}

it('shows an example of every body and every answer of every route, errors too', () => {
  const missing = shown.filter(
    ({ name, schema, example }) =>
      example === undefined && !isPage(name) && schema.type !== 'null' && 'type' in schema,
  )
  // A new route needs one: contract/examples/<module>.ts.
  expect(missing.map(({ name }) => name)).toEqual([])
  expect(shown.filter(({ example }) => example !== undefined).length).toBeGreaterThan(250)
})

it('shows only what its own schema allows', () => {
  const wrong = shown.flatMap(({ name, schema, example }) => {
    if (example === undefined) return []
    const parsed = z.fromJSONSchema(schema).safeParse(example)
    return parsed.success
      ? []
      : [`${name}: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}`]
  })
  expect(wrong).toEqual([])
})
