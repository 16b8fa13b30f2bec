import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { limits } from '../text/count.ts'

/** Teaches the server Rails' ways of writing parameters: form bodies, multipart, `ids[]=1`. */
export async function registerParams(app: FastifyInstance): Promise<void> {
  await app.register(multipart, { limits: { fileSize: limits.videoBytes, files: 8 } })
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, fromPairs(new URLSearchParams(String(body)))),
  )
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? {} : JSON.parse(String(body)))
    } catch {
      // Rails answers 400 to JSON it cannot read; the words are its own.
      done(
        Object.assign(new Error('Error occurred while parsing request parameters'), {
          statusCode: 400,
        }),
      )
    }
  })
}

/** All parameters of a request, from its address and its body, arrays without their brackets. */
export async function params(request: FastifyRequest): Promise<Params> {
  const query = queryOf(request)
  if (request.isMultipart()) return { ...query, ...(await readMultipart(request)) }
  const body = z.record(z.string(), z.unknown()).safeParse(request.body)
  return body.success ? { ...query, ...body.data } : query
}

/** The parameters in the address alone. */
export function queryOf(request: FastifyRequest): Params {
  const at = request.url.indexOf('?')
  return at < 0 ? {} : fromPairs(new URLSearchParams(request.url.slice(at + 1)))
}

/** Turns pairs into fields: `a[]`, `a[0]` and repeated names in brackets become lists. */
export function fromPairs(pairs: Iterable<[string, unknown]>): Params {
  const fields: Params = {}
  for (const [name, value] of pairs) {
    const list = /^(.+)\[\d*\]$/.exec(name)?.[1]
    if (list === undefined) {
      fields[name] = value
      continue
    }
    const before = fields[list]
    fields[list] = Array.isArray(before) ? [...before, value] : [value]
  }
  return fields
}

/** true, 'true', '1', 'on'. */
export const flag = z.preprocess(
  (value) => value === true || value === 'true' || value === '1' || value === 1 || value === 'on',
  z.boolean(),
)

/** One value or several, as a list of strings. */
export const list = z.preprocess((value) => {
  if (value === undefined || value === null || value === '') return []
  return (Array.isArray(value) ? value : [value]).map(String)
}, z.array(z.string()))

/** Text, or the empty string for what is missing. */
export const text = z.preprocess((value) => value ?? '', z.coerce.string())

export const File = z.object({ bytes: z.instanceof(Buffer), mime: z.string(), name: z.string() })
export type File = z.infer<typeof File>
export type Params = Record<string, unknown>

async function readMultipart(request: FastifyRequest): Promise<Params> {
  const pairs: [string, unknown][] = []
  for await (const part of request.parts()) {
    if (part.type === 'field') pairs.push([part.fieldname, part.value])
    else {
      const bytes = await part.toBuffer()
      const file: File = { bytes, mime: part.mimetype, name: part.filename }
      if (bytes.length > 0) pairs.push([part.fieldname, file])
    }
  }
  return fromPairs(pairs)
}
