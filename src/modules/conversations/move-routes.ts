import { z } from 'zod'
import { ConversationSummary } from '../../../contract/conversations.ts'
import { DeliveryView } from '../../../contract/deliveries.ts'
import { listOf } from '../../../contract/http.ts'
import { ConversationId, MoveId } from '../../../contract/ids.ts'
import {
  ConversationMergeInput,
  MergeCandidatesQuery,
  Move,
  SplitInput,
} from '../../../contract/moves.ts'
import { PrivateMoveInput, PrivatePlace } from '../../../contract/private-moves.ts'
import type { App } from '../../platform/http-server.ts'
import type { ConversationRouteDeps } from './deps.ts'
import { listMergeCandidates } from './list-merge-candidates.ts'
import { listPrivatePlaces } from './list-private-places.ts'
import { mergeConversations } from './merge-conversations.ts'
import { replyToConversation } from './reply-to-conversation.ts'
import { splitConversation } from './split-conversation.ts'
import { undoMove } from './undo-move.ts'

const tags = ['conversations']
const params = z.object({ id: ConversationId })
const config = { access: 'assign' } as const
const response = { 200: z.object({ conversation: ConversationSummary, move: Move.nullable() }) }

/** Merging conversations, taking them apart, undoing it, and going on in private. */
export function registerMoves(app: App, deps: ConversationRouteDeps): void {
  registerPrivateMoves(app, deps)
  app.get(
    '/api/v1/conversations/:id/merge-candidates',
    {
      config: { access: 'read-conversations' },
      schema: {
        summary: 'Other conversations of the same person that can be merged into this one',
        tags,
        params,
        querystring: MergeCandidatesQuery,
        response: { 200: listOf(ConversationSummary) },
      },
    },
    async (request) => ({
      items: await listMergeCandidates(
        deps,
        deps.actorOf(request),
        request.params.id,
        request.query,
      ),
      next: null,
    }),
  )
  app.post(
    '/api/v1/conversations/:id/merge',
    {
      config,
      schema: {
        summary: 'Make other conversations part of this one',
        description:
          'They must be with the same person, and all public or all private. Each message keeps its account, and a reply goes to the thread of the message that it answers. The others answer with this one from then on. Repeating the request changes nothing more.',
        tags,
        params,
        body: ConversationMergeInput,
        response,
      },
    },
    (request) => mergeConversations(deps, deps.actorOf(request), request.params.id, request.body),
  )
  app.post(
    '/api/v1/conversations/:id/split',
    {
      config,
      schema: {
        summary: 'Make messages a conversation of their own',
        description:
          'Answers the new conversation. What the customer later answers to one of its messages comes there. Repeating the request answers the same conversation.',
        tags,
        params,
        body: SplitInput,
        response,
      },
    },
    (request) => splitConversation(deps, deps.actorOf(request), request.params.id, request.body),
  )
  app.post(
    '/api/v1/conversations/:id/moves/:moveId/undo',
    {
      config,
      schema: {
        summary: 'Undo a merge or a split: all is exactly as before it',
        description: 'Refused with 409 that says what moved on since.',
        tags,
        params: params.extend({ moveId: MoveId }),
        response,
      },
    },
    (request) => undoMove(deps, deps.actorOf(request), request.params),
  )
}

function registerPrivateMoves(app: App, deps: ConversationRouteDeps): void {
  app.get(
    '/api/v1/conversations/:id/private-places',
    {
      config: { access: 'read-conversations' },
      schema: {
        summary: 'Accounts at which this customer could go on in private, this network’s first',
        tags,
        params,
        response: { 200: listOf(PrivatePlace) },
      },
    },
    async (request) => ({
      items: await listPrivatePlaces(deps, deps.actorOf(request), request.params.id),
      next: null,
    }),
  )
  app.post(
    '/api/v1/conversations/:id/move-to-private',
    {
      config: { access: 'reply' },
      schema: {
        summary: 'Ask the customer in public to go on in private, with the reason on record',
        description:
          'The text is a public reply by a person, so it stops the reply clock. Answers 202 with its delivery. With an `Idempotency-Key` header the same request can be repeated.',
        tags,
        params,
        headers: z.object({ 'idempotency-key': z.string().min(1).max(200).optional() }),
        body: PrivateMoveInput,
        response: { 202: DeliveryView },
      },
    },
    async (request, reply) => {
      const { text, acknowledge, lastSeen } = request.body
      reply.code(202)
      return replyToConversation(deps, deps.actorOf(request), request.params.id, {
        text,
        media: [],
        idempotencyKey: request.headers['idempotency-key'] ?? null,
        ...(acknowledge && { acknowledge }),
        ...(lastSeen !== undefined && { lastSeen }),
        privately: request.body,
      })
    },
  )
}
