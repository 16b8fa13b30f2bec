import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listOf, PageQuery, Time } from '../../../contract/http.ts'
import { AuditEntry, AuditLines, AuditVerdictView } from '../../../contract/members.ts'
import type { Db } from '../../platform/db.ts'
import type { App } from '../../platform/http-server.ts'
import { type Actor, authorize } from '../access/index.ts'
import { canReadAudit } from './policy.ts'
import { exportAudit, listAudit } from './read-audit.ts'
import { verifyAudit } from './verify-audit.ts'

export type AuditDeps = {
  db: Db
  /** Who asks; the members module knows. */
  actorOf(request: FastifyRequest): Actor
}

const AuditQuery = PageQuery.extend({
  cursor: z.coerce.number().int().positive().optional(),
  /** As entries show it: `member:<id>`, `key:<id>`, `operator`, `system`. */
  actor: z.string().max(200).optional(),
  act: z.string().max(200).optional(),
  subject: z.string().max(500).optional(),
  from: Time.optional(),
  until: Time.optional(),
})

const access = 'read-audit'
const tags = ['audit']

/** `/api/v1/audit`: the log, its export and its proof. Reads only: acts are written where they happen. */
export function auditRoutes(app: App, { db, actorOf }: AuditDeps): void {
  app.get(
    '/api/v1/audit',
    {
      config: { access },
      schema: {
        tags,
        summary: 'What was done in this workspace, newest first',
        querystring: AuditQuery,
        response: { 200: listOf(AuditEntry) },
      },
    },
    async (request) => {
      const { cursor, limit, from, until, ...filter } = request.query
      const { items, next } = await listAudit(db, actorOf(request), {
        before: cursor ?? null,
        limit,
        filter: { ...filter, from: toDate(from), until: toDate(until) },
      })
      return { items, next: next === null ? null : String(next) }
    },
  )
  app.get(
    '/api/v1/audit/export',
    {
      config: { access },
      schema: {
        tags,
        summary: 'The whole log as JSON lines, oldest first, with the hashes to check it by',
        produces: ['application/x-ndjson'],
        response: { 200: AuditLines },
      },
    },
    async (request, reply) => {
      const lines = await exportAudit(db, actorOf(request))
      reply
        .type('application/x-ndjson')
        .header('content-disposition', 'attachment; filename="audit.jsonl"')
      return reply.send(Readable.from(lines))
    },
  )
  app.get(
    '/api/v1/audit/verify',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Whether the log is as it was written, or where it is not',
        response: { 200: AuditVerdictView },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      authorize(actor, canReadAudit(actor))
      return verifyAudit(db, actor.workspaceId)
    },
  )
}

function toDate(time: string | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time)
}
