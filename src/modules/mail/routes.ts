import type { FastifyRequest } from 'fastify'
import { listOf, PageQuery } from '../../../contract/http.ts'
import { OutgoingMailId } from '../../../contract/ids.ts'
import { OutgoingMailView } from '../../../contract/mail.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { badField } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import { type Actor, authorize } from '../access/index.ts'
import { canReadMails } from './policy.ts'
import { listMails } from './store.ts'
import { viewMail } from './view.ts'

export type MailRouteDeps = { db: Db; actorOf(request: FastifyRequest): Actor }

/** `GET /api/v1/outgoing-mails`. */
export function registerMail(app: App, { db, actorOf }: MailRouteDeps): void {
  app.get(
    '/api/v1/outgoing-mails',
    {
      config: { access: 'manage-channels' },
      schema: {
        summary: 'Mail that Parley writes by itself and how it stands, newest first',
        tags: ['channels'],
        querystring: PageQuery,
        response: { 200: listOf(OutgoingMailView) },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      authorize(actor, canReadMails(actor))
      const { cursor, limit } = request.query
      const before = cursor === undefined ? null : readCursor(cursor)
      const rows = await inWorkspace(db, actor.workspaceId, (tx) =>
        listMails(tx, actor.workspaceId, { before, limit: limit + 1 }),
      )
      const items = rows.slice(0, limit).map(viewMail)
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
  )
}

function readCursor(cursor: string): OutgoingMailId {
  const id = OutgoingMailId.safeParse(cursor)
  if (!id.success) throw badField('cursor', 'is not one of ours: use `next` of the page before')
  return id.data
}
