import { z } from 'zod'
import { listOf } from '../../../contract/http.ts'
import { KeyId } from '../../../contract/ids.ts'
import { Key, KeyInput, NewKey } from '../../../contract/members.ts'
import type { App } from '../../platform/http-server.ts'
import { createKey } from './create-key.ts'
import type { MembersDeps } from './deps.ts'
import { actorOf } from './http.ts'
import { listKeys } from './list-keys.ts'
import { revokeKey } from './revoke-key.ts'

const tags = ['keys']

/** `/api/v1/keys`. */
export function registerKeys(app: App, deps: MembersDeps): void {
  app.get(
    '/api/v1/keys',
    {
      config: { access: 'manage-keys' },
      schema: { summary: 'API keys', tags, response: { 200: listOf(Key) } },
    },
    async (request) => ({ items: await listKeys(deps.db, actorOf(request)), next: null }),
  )
  app.post(
    '/api/v1/keys',
    {
      config: { access: 'manage-keys' },
      schema: {
        summary: 'Make an API key; it is in this answer only',
        tags,
        body: KeyInput,
        response: { 201: NewKey },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await createKey(deps, actorOf(request), request.body)),
  )
  app.delete(
    '/api/v1/keys/:id',
    {
      config: { access: 'manage-keys' },
      schema: {
        summary: 'Revoke an API key',
        tags,
        params: z.object({ id: KeyId }),
        response: { 204: z.undefined().describe('Done') },
      },
    },
    async (request, reply) => {
      await revokeKey(deps, actorOf(request), request.params.id)
      return reply.code(204).send()
    },
  )
}
