import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { UploadedMedia } from '../../../contract/conversations.ts'
import { MediaId } from '../../../contract/ids.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import { findMedia } from './store.ts'
import { uploadMedia } from './upload-media.ts'

export type MediaDeps = { db: Db; actorOf(request: FastifyRequest): Actor }

/** Pictures: uploading one, and showing it. */
export function registerMedia(app: App, { db, actorOf }: MediaDeps): void {
  app.post(
    '/api/v1/media',
    {
      config: { access: 'draft' },
      schema: {
        summary: 'Upload a picture for a reply (multipart, field `file`)',
        tags: ['media'],
        consumes: ['multipart/form-data'],
        response: { 201: UploadedMedia },
      },
    },
    async (request, reply) => {
      const part = request.isMultipart() ? await request.file() : undefined
      if (part?.fieldname !== 'file')
        throw badField('file', 'is missing: send one picture as multipart field "file"')
      const media = await uploadMedia(db, actorOf(request), { bytes: await part.toBuffer() })
      const { id, mime, width, height, bytes } = media
      reply.code(201)
      return { id, mime, width, height, bytes: bytes.length, path: `/api/v1/media/${id}` }
    },
  )
  app.get(
    '/api/v1/media/:id',
    {
      config: { access: 'read-conversations' },
      schema: {
        summary: 'An uploaded picture',
        tags: ['media'],
        params: z.object({ id: MediaId }),
      },
    },
    async (request, reply) => {
      const { workspaceId } = actorOf(request)
      const media = await inWorkspace(db, workspaceId, (tx) =>
        findMedia(tx, workspaceId, request.params.id),
      )
      if (!media) throw new AppError('not-found', 'There is no such picture.')
      return reply
        .header('content-type', media.mime)
        .header('cache-control', 'private, max-age=31536000, immutable')
        .send(media.bytes)
    },
  )
}
