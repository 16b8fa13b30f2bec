import type { FastifyRequest } from 'fastify'
import { WorkspaceChange } from '../../../contract/members.ts'
import { Workspace } from '../../../contract/session.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import { changeWorkspace } from './change-workspace.ts'
import { findWorkspace } from './store.ts'
import { viewWorkspace } from './view.ts'

export type WorkspacesDeps = { db: Db; clock: Clock; actorOf(request: FastifyRequest): Actor }

/** `GET` and `PATCH /api/v1/workspace`. */
export function registerWorkspaces(app: App, deps: WorkspacesDeps): void {
  app.get(
    '/api/v1/workspace',
    {
      config: { access: 'read-conversations' },
      schema: { summary: 'The workspace', tags: ['workspace'], response: { 200: Workspace } },
    },
    async (request) => {
      const { workspaceId } = deps.actorOf(request)
      const row = await inWorkspace(deps.db, workspaceId, (tx) => findWorkspace(tx, workspaceId))
      if (!row) throw new AppError('not-found', 'There is no such workspace.')
      return viewWorkspace(row)
    },
  )
  app.patch(
    '/api/v1/workspace',
    {
      config: { access: 'manage-workspace' },
      schema: {
        summary: 'Change name, time zone, language or hours',
        tags: ['workspace'],
        body: WorkspaceChange,
        response: { 200: Workspace },
      },
    },
    (request) => changeWorkspace(deps, deps.actorOf(request), request.body),
  )
}
