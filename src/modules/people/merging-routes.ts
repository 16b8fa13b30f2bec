import { z } from 'zod'
import { listOf } from '../../../contract/http.ts'
import { PersonId } from '../../../contract/ids.ts'
import {
  ApartInput,
  MergeInput,
  MergeSuggestion,
  Person,
  UndoMergeInput,
} from '../../../contract/people.ts'
import type { App } from '../../platform/http-server.ts'
import type { PeopleRouteDeps } from './deps.ts'
import { getPerson } from './get-person.ts'
import { mergePeople, undoMerge } from './merge-people.ts'
import { keepApart, listSuggestions } from './suggest-merges.ts'

const tags = ['people']
const params = z.object({ id: PersonId })

/** Joining records of one person, and taking them apart again. */
export function registerMerging(app: App, deps: PeopleRouteDeps): void {
  const config = { access: 'merge-people' } as const
  const { db } = deps.database
  app.get(
    '/api/v1/people/suggestions',
    {
      config: { access: 'read-conversations' },
      schema: {
        summary: 'Records that may be one person, with the reasons',
        tags,
        response: { 200: listOf(MergeSuggestion) },
      },
    },
    async (request) => ({ items: await listSuggestions(db, deps.actorOf(request)), next: null }),
  )
  app.post(
    '/api/v1/people/suggestions/apart',
    {
      config,
      schema: {
        summary: 'They are two people: do not suggest it again',
        tags,
        body: ApartInput,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await keepApart(db, deps.actorOf(request), request.body)
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/api/v1/people/:id/merge',
    {
      config,
      schema: {
        summary: 'Join another record to this one',
        description: 'Nothing is lost: undoing it brings back the exact state before.',
        tags,
        params,
        body: MergeInput,
        response: { 200: Person },
      },
    },
    async (request) => {
      const actor = deps.actorOf(request)
      const { otherId } = request.body
      const id = await mergePeople(deps, actor, { keptId: request.params.id, otherId })
      return getPerson(db, actor, id)
    },
  )
  app.post(
    '/api/v1/people/:id/merges/undo',
    {
      config,
      schema: {
        summary: 'Take a merge apart',
        description:
          'What came since stays with the account it came by. Answers the record that stayed.',
        tags,
        params,
        body: UndoMergeInput,
        response: { 200: Person },
      },
    },
    async (request) => {
      const actor = deps.actorOf(request)
      const { id: personId } = request.params
      await undoMerge(deps, actor, { personId, mergeId: request.body.mergeId })
      return getPerson(db, actor, personId)
    },
  )
}
