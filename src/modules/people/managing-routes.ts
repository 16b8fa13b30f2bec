import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { PersonId } from '../../../contract/ids.ts'
import {
  Erased,
  EraseInput,
  ImportMapping,
  ImportReport,
  PersonExport,
} from '../../../contract/people.ts'
import { badField } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import type { PeopleRouteDeps } from './deps.ts'
import { erasePerson } from './erase-person.ts'
import { exportPerson } from './export-person.ts'
import { importPeople } from './import-people.ts'
import { mostBytes } from './read-csv.ts'

const tags = ['people']
const params = z.object({ id: PersonId })

/** Taking people in, out and away. */
export function registerManaging(app: App, deps: PeopleRouteDeps): void {
  const config = { access: 'manage-people' } as const
  app.get(
    '/api/v1/people/:id/export',
    {
      config,
      schema: {
        summary: 'All that is kept of one person, as one JSON document',
        tags,
        params,
        response: { 200: PersonExport },
      },
    },
    async (request, reply) => {
      reply.header('content-disposition', `attachment; filename="person-${request.params.id}.json"`)
      return exportPerson(deps, deps.actorOf(request), request.params.id)
    },
  )
  app.post(
    '/api/v1/people/:id/erase',
    {
      config,
      schema: {
        summary: 'Forget a person for good',
        description:
          'Type the name as the record shows it. Words, names, accounts, notes and pictures go; times and counts stay. It cannot be undone.',
        tags,
        params,
        body: EraseInput,
        response: { 200: Erased },
      },
    },
    (request) =>
      erasePerson(deps, deps.actorOf(request), { id: request.params.id, ...request.body }),
  )
  app.post(
    '/api/v1/people/import',
    {
      config,
      schema: {
        summary: 'Take in people from a CSV file (multipart)',
        description:
          'Field `mapping` (JSON, column to field; without: guessed), field `dryRun` (`true`: nothing changes), then `file`, at most 5 MB and 20,000 rows. The same file twice changes nothing.',
        tags,
        consumes: ['multipart/form-data'],
        response: { 200: ImportReport },
      },
    },
    async (request) => importPeople(deps, deps.actorOf(request), await readForm(request)),
  )
}

async function readForm(request: FastifyRequest) {
  const part = request.isMultipart()
    ? await request.file({ limits: { fileSize: mostBytes } })
    : undefined
  if (part?.fieldname !== 'file')
    throw badField('file', 'is missing: send one CSV file as multipart field "file"')
  const bytes = await part.toBuffer()
  const field = (name: string) => {
    const given = part.fields[name]
    return given && !Array.isArray(given) && given.type === 'field'
      ? String(given.value)
      : undefined
  }
  return {
    bytes,
    mapping: readMapping(field('mapping')),
    dryRun: field('dryRun') === 'true',
  }
}

function readMapping(text: string | undefined): ImportMapping | null {
  if (text === undefined || text === '') return null
  const parsed = ImportMapping.safeParse(parseJson(text))
  if (!parsed.success)
    throw badField('mapping', 'must be a JSON object of columns and what they hold')
  return parsed.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
