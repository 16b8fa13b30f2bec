import { z } from 'zod'
import { ConversationSummary } from '../../../contract/conversations.ts'
import { HandOverInput, SnoozeInput } from '../../../contract/departments.ts'
import { ConversationId } from '../../../contract/ids.ts'
import type { App } from '../../platform/http-server.ts'
import type { ConversationRouteDeps } from './deps.ts'
import { handOver, settleHandOver, undoHandOver } from './hand-over.ts'
import { snoozeConversation, unsnoozeConversation } from './snooze-conversation.ts'

const tags = ['conversations']
const params = z.object({ id: ConversationId })
const config = { access: 'assign' } as const
const response = { 200: ConversationSummary }

/** Handing conversations over and putting them aside. */
export function registerTeamwork(app: App, deps: ConversationRouteDeps): void {
  registerHandOver(app, deps)
  app.put(
    '/api/v1/conversations/:id/snooze',
    {
      config,
      schema: {
        summary: 'Put it aside until a time',
        description:
          'It leaves the lists and comes back at that time, or sooner when the customer writes or the answer is due: the reply clock goes on.',
        tags,
        params,
        body: SnoozeInput,
        response,
      },
    },
    (request) => snoozeConversation(deps, deps.actorOf(request), request.params.id, request.body),
  )
  app.delete(
    '/api/v1/conversations/:id/snooze',
    { config, schema: { summary: 'Bring it back into the list now', tags, params, response } },
    (request) => unsnoozeConversation(deps, deps.actorOf(request), request.params.id),
  )
}

function registerHandOver(app: App, deps: ConversationRouteDeps): void {
  app.post(
    '/api/v1/conversations/:id/hand-over',
    {
      config,
      schema: {
        summary: 'Give it to a department or a colleague, with a note',
        tags,
        params,
        body: HandOverInput,
        response,
      },
    },
    (request) => handOver(deps, deps.actorOf(request), request.params.id, request.body),
  )
  app.delete(
    '/api/v1/conversations/:id/hand-over',
    {
      config,
      schema: {
        summary: 'Take the hand-over back: all stands as before it',
        description: 'Refused with 409 when somebody has gone on with the conversation since.',
        tags,
        params,
        response,
      },
    },
    (request) => undoHandOver(deps, deps.actorOf(request), request.params.id),
  )
  app.post(
    '/api/v1/conversations/:id/hand-over/read',
    {
      config,
      schema: {
        summary: 'The note of the hand-over was read: unpin it',
        tags,
        params,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await settleHandOver(deps, deps.actorOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
}
