import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listOf } from '../../../contract/http.ts'
import { ConversationId } from '../../../contract/ids.ts'
import { Presence, PresenceInput } from '../../../contract/replies.ts'
import { announce, type Db, oftenInWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import { type Actor, actorTag, authorize, can } from '../access/index.ts'
import {
  forgetBeat,
  noteBeat,
  type PresenceRow,
  readPresence,
  standingFor,
  sweep,
} from './store.ts'

export type PresenceDeps = { db: Db; actorOf(request: FastifyRequest): Actor }

const tags = ['presence']

/** Who looks at which conversation and who writes there. */
export function registerPresence(app: App, { db, actorOf }: PresenceDeps): void {
  app.get(
    '/api/v1/presence',
    {
      config: { access: 'read-conversations' },
      schema: { summary: 'Who is where now', tags, response: { 200: listOf(Presence) } },
    },
    async (request) => {
      const actor = actorOf(request)
      authorize(actor, can(actor, 'read-conversations'))
      const rows = await oftenInWorkspace(db, actor.workspaceId, (tx) =>
        readPresence(tx, actor.workspaceId),
      )
      return { items: rows.map(viewPresence), next: null }
    },
  )
  app.post(
    '/api/v1/conversations/:id/presence',
    {
      config: { access: 'read-conversations' },
      schema: {
        summary: 'Say that one looks at a conversation, writes in it or has left it',
        description:
          'A beat is believed for 12 seconds: send one every 4. `writing` needs the right to keep drafts.',
        tags,
        params: z.object({ id: ConversationId }),
        body: PresenceInput,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await beat(db, actorOf(request), request.params.id, request.body)
      return reply.code(204).send(null)
    },
  )
}

async function beat(
  db: Db,
  actor: Actor,
  asked: ConversationId,
  { session, kind }: PresenceInput,
): Promise<void> {
  authorize(actor, can(actor, kind === 'writing' ? 'draft' : 'read-conversations'))
  const { workspaceId } = actor
  const who = { workspaceId, author: actorTag(actor), authorName: actor.name, session }
  await oftenInWorkspace(db, workspaceId, async (tx) => {
    const conversationId = (await standingFor(tx, asked)) ?? asked
    const own = { ...who, conversationId }
    const changed = kind === 'gone' ? await forgetBeat(tx, own) : await noteBeat(tx, own, kind)
    if (changed === null) throw new AppError('not-found', 'There is no such conversation.')
    if (!changed) return
    await sweep(tx, workspaceId)
    await announce(tx, { workspace: workspaceId, kind: 'presence', id: conversationId })
  })
}

function viewPresence(row: PresenceRow): Presence {
  return {
    conversationId: ConversationId.parse(row.conversation_id),
    who: row.author,
    name: row.author_name,
    kind: row.kind,
    since: row.since.toISOString(),
    until: row.until.toISOString(),
  }
}
