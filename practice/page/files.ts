import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { ApiError } from '../api/errors.ts'
import type { Network } from '../network.ts'
import { avatarOf, headerOf, shopSign } from '../pictures.ts'
import { readMedia } from '../store/media.ts'

const ByName = z.object({ name: z.string().transform((name) => name.replace(/\.png$/, '')) })
const week = 'public, max-age=604800'

/** Portraits, headers and the pictures of posts. */
export function registerFiles(app: FastifyInstance, net: Network): void {
  const drawn = new Map<string, Buffer>()

  app.get('/avatars/:name', async (request, reply) => {
    const { name } = ByName.parse(request.params)
    const portrait = name === 'shop' ? shopSign : () => avatarOf(name)
    return reply
      .type('image/png')
      .header('cache-control', week)
      .send(await once(`a ${name}`, portrait))
  })
  app.get('/headers/:name', async (request, reply) => {
    const { name } = ByName.parse(request.params)
    const picture = await once(`h ${name}`, () => headerOf(name))
    return reply.type('image/png').header('cache-control', week).send(picture)
  })
  app.get('/files/:id/:name', async (request, reply) => {
    const { id, name } = z.object({ id: z.string(), name: z.string() }).parse(request.params)
    const file = readMedia(net.db, id, name.startsWith('small') ? 'small' : 'original')
    if (!file) throw new ApiError(404, 'Record not found')
    reply.header('x-content-type-options', 'nosniff')
    return reply.type(file.mime).header('cache-control', week).send(file.bytes)
  })

  async function once(key: string, draw: () => Promise<Buffer>): Promise<Buffer> {
    const known = drawn.get(key)
    if (known) return known
    const picture = await draw()
    if (drawn.size < 1000) drawn.set(key, picture)
    return picture
  }
}
