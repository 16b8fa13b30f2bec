import type { FastifyRequest } from 'fastify'
import { ReplyRules, ReplyRulesChange } from '../../../contract/replies.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import type { App } from '../../platform/http-server.ts'
import { type Actor, authorize, can } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { readRules, writeRules } from './store.ts'

export type UniquenessRouteDeps = { db: Db; actorOf(request: FastifyRequest): Actor }

const schema = { tags: ['replies'], response: { 200: ReplyRules } }

/** `GET` and `PATCH /api/v1/reply-rules`. */
export function registerReplyRules(app: App, { db, actorOf }: UniquenessRouteDeps): void {
  app.get(
    '/api/v1/reply-rules',
    {
      config: { access: 'read-conversations' },
      schema: { ...schema, summary: 'How alike two replies may be, and for how long' },
    },
    (request) => {
      const { workspaceId } = actorOf(request)
      return inWorkspace(db, workspaceId, (tx) => readRules(tx, workspaceId))
    },
  )
  app.patch(
    '/api/v1/reply-rules',
    {
      config: { access: 'manage-workspace' },
      schema: {
        ...schema,
        summary: 'Change how alike two replies may be, and for how long',
        body: ReplyRulesChange,
      },
    },
    (request) => changeRules(db, actorOf(request), request.body),
  )
}

async function changeRules(db: Db, actor: Actor, change: ReplyRulesChange): Promise<ReplyRules> {
  authorize(actor, can(actor, 'manage-workspace'))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const before = await readRules(tx, actor.workspaceId)
    const { windowDays = before.windowDays, threshold = before.threshold } = change
    const after = { windowDays, threshold }
    await writeRules(tx, actor.workspaceId, after)
    await recordAct(tx, actor, {
      act: 'reply-rules.changed',
      subject: `workspace:${actor.workspaceId}`,
      detail: { before, after },
    })
    return after
  })
}
