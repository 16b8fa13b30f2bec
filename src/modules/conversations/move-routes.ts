import { z } from 'zod'
import { ConversationSummary } from '../../../contract/conversations.ts'
import { listOf } from '../../../contract/http.ts'
import { ConversationId, MoveId } from '../../../contract/ids.ts'
import {
  ConversationMergeInput,
  MergeCandidatesQuery,
  Move,
  SplitInput,
} from '../../../contract/moves.ts'
import type { App } from '../../platform/http-server.ts'
import type { ConversationRouteDeps } from './deps.ts'
import { listMergeCandidates } from './list-merge-candidates.ts'
import { mergeConversations } from './merge-conversations.ts'
import { splitConversation } from './split-conversation.ts'
import { undoMove } from './undo-move.ts'

const tags = ['conversations']
const params = z.object({ id: ConversationId })
const config = { access: 'assign' } as const
const response = { 200: z.object({ conversation: ConversationSummary, move: Move.nullable() }) }

/** Merging conversations, taking them apart, and undoing it. */
export function registerMoves(app: App, deps: ConversationRouteDeps): void {
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
