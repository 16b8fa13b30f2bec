import { z } from 'zod'
import { listOf } from '../../../contract/http.ts'
import { PersonId } from '../../../contract/ids.ts'
import {
  ConsentInput,
  Person,
  PersonChange,
  PersonNoteInput,
  PersonQuery,
  PersonSummary,
  WinBackInput,
  WinBackMonth,
  WithdrawInput,
} from '../../../contract/people.ts'
import type { App } from '../../platform/http-server.ts'
import { changePerson, giveConsent, notePerson, withdrawConsent } from './change-person.ts'
import type { PeopleRouteDeps } from './deps.ts'
import { getPerson } from './get-person.ts'
import { listPeople } from './list-people.ts'
import { registerManaging } from './managing-routes.ts'
import { registerMerging } from './merging-routes.ts'
import { countWinBacks, setWinBack } from './win-backs.ts'

const tags = ['people']
const params = z.object({ id: PersonId })

/** Customers as people. */
export function registerPeople(app: App, deps: PeopleRouteDeps): void {
  registerReading(app, deps)
  registerNoting(app, deps)
  registerMerging(app, deps)
  registerManaging(app, deps)
}

function registerReading(app: App, deps: PeopleRouteDeps): void {
  const config = { access: 'read-conversations' } as const
  const { db } = deps.database
  app.get(
    '/api/v1/people',
    {
      config,
      schema: {
        summary: 'Customers, the newest first',
        tags,
        querystring: PersonQuery,
        response: { 200: listOf(PersonSummary) },
      },
    },
    (request) => listPeople(db, deps.actorOf(request), request.query),
  )
  app.get(
    '/api/v1/people/win-backs',
    {
      config,
      schema: {
        summary: 'What became of complaints, by the month they came in',
        tags,
        response: { 200: listOf(WinBackMonth) },
      },
    },
    async (request) => ({ items: await countWinBacks(db, deps.actorOf(request)), next: null }),
  )
  app.get(
    '/api/v1/people/:id',
    {
      config,
      schema: {
        summary: 'One customer with accounts, notes, consents and conversations',
        tags,
        params,
        response: { 200: Person },
      },
    },
    (request) => getPerson(db, deps.actorOf(request), request.params.id),
  )
}

function registerNoting(app: App, deps: PeopleRouteDeps): void {
  const config = { access: 'note' } as const
  const response = { 200: Person }
  app.patch(
    '/api/v1/people/:id',
    {
      config,
      schema: {
        summary: 'Change the name or the tags',
        tags,
        params,
        body: PersonChange,
        response,
      },
    },
    (request) =>
      changePerson(deps, deps.actorOf(request), { id: request.params.id, change: request.body }),
  )
  app.post(
    '/api/v1/people/:id/notes',
    {
      config,
      schema: {
        summary: 'Add a note that only the business sees',
        tags,
        params,
        body: PersonNoteInput,
        response,
      },
    },
    (request) =>
      notePerson(deps, deps.actorOf(request), { id: request.params.id, ...request.body }),
  )
  app.post(
    '/api/v1/people/:id/consents',
    {
      config,
      schema: {
        summary: 'Write down what they agreed to',
        tags,
        params,
        body: ConsentInput,
        response,
      },
    },
    (request) =>
      giveConsent(deps, deps.actorOf(request), { id: request.params.id, consent: request.body }),
  )
  app.post(
    '/api/v1/people/:id/consents/withdraw',
    {
      config,
      schema: {
        summary: 'They took a consent back',
        tags,
        params,
        body: WithdrawInput,
        response,
      },
    },
    (request) =>
      withdrawConsent(deps, deps.actorOf(request), {
        id: request.params.id,
        withdrawn: request.body,
      }),
  )
  app.put(
    '/api/v1/people/:id/win-back',
    {
      config,
      schema: {
        summary: 'How it stands after a complaint',
        tags,
        params,
        body: WinBackInput,
        response,
      },
    },
    (request) =>
      setWinBack(deps, deps.actorOf(request), { id: request.params.id, input: request.body }),
  )
}
