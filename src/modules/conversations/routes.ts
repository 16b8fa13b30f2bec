import { z } from 'zod'
import { ClockPreview, ClockPreviewInput } from '../../../contract/clock.ts'
import {
  BulkChange,
  BulkOutcome,
  BulkUndo,
  Conversation,
  ConversationChange,
  ConversationCounts,
  ConversationQuery,
  ConversationSummary,
  Draft,
  Note,
  NoteInput,
  ReplyInput,
  Thread,
} from '../../../contract/conversations.ts'
import { DeliveryView } from '../../../contract/deliveries.ts'
import { listOf } from '../../../contract/http.ts'
import { ConversationId, MessageId } from '../../../contract/ids.ts'
import { CorrectedMessage, KindInput } from '../../../contract/understanding.ts'
import type { App } from '../../platform/http-server.ts'
import { changeConversation } from './change-conversation.ts'
import { changeMany, undoMany } from './change-many.ts'
import { correctKind } from './correct-kind.ts'
import { countConversations } from './count-conversations.ts'
import type { ConversationRouteDeps } from './deps.ts'
import { getConversation } from './get-conversation.ts'
import { keepDraft } from './keep-draft.ts'
import { listConversations } from './list-conversations.ts'
import { getThread } from './load-thread.ts'
import { registerMoves } from './move-routes.ts'
import { previewPolicy } from './preview-policy.ts'
import { replyToConversation } from './reply-to-conversation.ts'
import { readFile, showMedia } from './show-media.ts'
import { registerTeamwork } from './team-routes.ts'
import { writeNote } from './write-note.ts'

const tags = ['conversations']
const params = z.object({ id: ConversationId })

/** The inbox. */
export function registerConversations(app: App, deps: ConversationRouteDeps): void {
  registerReading(app, deps)
  registerActing(app, deps)
  registerTeamwork(app, deps)
  registerMoves(app, deps)
}

function registerReading(app: App, deps: ConversationRouteDeps): void {
  const access = 'read-conversations'
  app.get(
    '/api/v1/conversations',
    {
      config: { access },
      schema: {
        summary: 'Conversations, by due time or newest first',
        tags,
        querystring: ConversationQuery,
        response: { 200: listOf(ConversationSummary) },
      },
    },
    (request) =>
      listConversations(deps.database.db, deps.actorOf(request), request.query, deps.clock()),
  )
  app.get(
    '/api/v1/conversations/counts',
    {
      config: { access },
      schema: {
        summary: 'How many conversations each view holds',
        tags,
        response: { 200: ConversationCounts },
      },
    },
    (request) => countConversations(deps.database.db, deps.actorOf(request), deps.clock()),
  )
  app.get(
    '/api/v1/conversations/:id',
    {
      config: { access },
      schema: {
        summary: 'One conversation with its messages',
        tags,
        params,
        response: { 200: Conversation },
      },
    },
    (request) => getConversation(deps, deps.actorOf(request), request.params.id),
  )
  app.get(
    '/api/v1/conversations/:id/thread',
    {
      config: { access },
      schema: {
        summary: 'The public thread around a conversation',
        tags,
        params,
        response: { 200: Thread },
      },
    },
    (request) => getThread(deps, deps.actorOf(request), request.params.id),
  )
  app.get(
    '/api/v1/messages/:id/media/:index',
    {
      config: { access },
      schema: {
        summary: 'A picture that a customer posted, fetched and written anew',
        tags,
        params: z.object({ id: MessageId, index: z.coerce.number().int().min(0).max(99) }),
      },
    },
    async (request, reply) => {
      const { id, index } = request.params
      const image = await showMedia(deps, deps.actorOf(request), id, index)
      return reply
        .header('content-type', image.mime)
        .header('cache-control', 'private, max-age=3600')
        .send(image.bytes)
    },
  )
  app.get(
    '/api/v1/messages/:id/files/:index',
    {
      config: { access },
      schema: {
        summary: 'A file that came with a message, as it came; to be saved, not to be shown',
        tags,
        produces: ['application/octet-stream'],
        params: z.object({ id: MessageId, index: z.coerce.number().int().min(0).max(99) }),
      },
    },
    async (request, reply) => {
      const { id, index } = request.params
      const file = await readFile(deps, deps.actorOf(request), id, index)
      return reply
        .header('content-type', 'application/octet-stream')
        .header(
          'content-disposition',
          `attachment; filename*=UTF-8''${encodeURIComponent(file.name.toWellFormed().slice(0, 150)).replace(/[!'()*]/g, '_')}`,
        )
        .header('cache-control', 'private, no-store')
        .header('content-security-policy', "sandbox; default-src 'none'")
        .header('x-content-type-options', 'nosniff')
        .send(Buffer.from(file.bytes))
    },
  )
}

function registerActing(app: App, deps: ConversationRouteDeps): void {
  app.post(
    '/api/v1/reply-policy/preview',
    {
      config: { access: 'manage-workspace' },
      schema: {
        summary: 'Try reply times before they are saved',
        tags: ['reply times'],
        body: ClockPreviewInput,
        response: { 200: ClockPreview },
      },
    },
    (request) => previewPolicy(deps.database.db, deps.actorOf(request), request.body, deps.clock()),
  )
  app.patch(
    '/api/v1/conversations/:id',
    {
      config: { access: 'assign' },
      schema: {
        summary: 'Change the state, the assignee or the severity',
        tags,
        params,
        body: ConversationChange,
        response: { 200: ConversationSummary },
      },
    },
    (request) => changeConversation(deps, deps.actorOf(request), request.params.id, request.body),
  )
  app.post(
    '/api/v1/conversations/changes',
    {
      config: { access: 'assign' },
      schema: {
        summary: 'Change the state or the assignee of many',
        tags,
        body: BulkChange,
        response: { 200: BulkOutcome },
      },
    },
    (request) => changeMany(deps, deps.actorOf(request), request.body),
  )
  app.post(
    '/api/v1/conversations/changes/undo',
    {
      config: { access: 'assign' },
      schema: {
        summary: 'Undo a change of many where nobody changed it since',
        tags,
        body: BulkUndo,
        response: { 200: BulkOutcome },
      },
    },
    (request) => undoMany(deps, deps.actorOf(request), request.body),
  )
  app.put(
    '/api/v1/messages/:id/kind',
    {
      config: { access: 'assign' },
      schema: {
        summary: 'Say what kind a customer’s message is, or let Parley read it again',
        tags,
        params: z.object({ id: MessageId }),
        body: KindInput,
        response: { 200: CorrectedMessage },
      },
    },
    (request) =>
      correctKind(deps, deps.actorOf(request), { id: request.params.id, input: request.body }),
  )
  app.post(
    '/api/v1/conversations/:id/replies',
    {
      config: { access: 'reply' },
      schema: {
        summary: 'Answer the customer where they spoke',
        description:
          'Answers 202 with the delivery; ask for it until it is sent. With an `Idempotency-Key` header the same request can be repeated without a second reply.',
        tags,
        params,
        headers: z.object({ 'idempotency-key': z.string().min(1).max(200).optional() }),
        body: ReplyInput,
        response: { 202: DeliveryView },
      },
    },
    async (request, reply) => {
      const idempotencyKey = request.headers['idempotency-key'] ?? null
      reply.code(202)
      return replyToConversation(deps, deps.actorOf(request), request.params.id, {
        ...request.body,
        idempotencyKey,
      })
    },
  )
  app.post(
    '/api/v1/conversations/:id/notes',
    {
      config: { access: 'note' },
      schema: {
        summary: 'Add a note that only the business sees',
        tags,
        params,
        body: NoteInput,
        response: { 201: Note },
      },
    },
    async (request, reply) => {
      reply.code(201)
      return writeNote(deps, deps.actorOf(request), request.params.id, request.body)
    },
  )
  app.put(
    '/api/v1/conversations/:id/draft',
    {
      config: { access: 'draft' },
      schema: {
        summary: 'Keep one’s draft of a reply; an empty one is forgotten',
        tags,
        params,
        body: Draft,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await keepDraft(deps, deps.actorOf(request), request.params.id, request.body)
      return reply.code(204).send(null)
    },
  )
}
