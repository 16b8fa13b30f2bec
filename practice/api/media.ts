import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Network } from '../network.ts'
import { measure, smallPicture } from '../pictures.ts'
import { deleteMedia, describeMedia, getMedia, insertMedia, type Media } from '../store/media.ts'
import { limits } from '../text/count.ts'
import { mediaView } from '../view.ts'
import { requireUser } from './auth.ts'
import { ApiError } from './errors.ts'
import { File, type Params, params } from './params.ts'

const ById = z.object({ id: z.string() })
const processingMs = 1500
const refused = 'Validation failed: File content type is invalid, File is invalid'

/** Uploads. Pictures are ready at once (unless the mode says otherwise), films after a while. */
export function registerMedia(app: FastifyInstance, net: Network): void {
  app.post('/api/v2/media', async (request, reply) => {
    if (!net.modes.get().v2) throw new ApiError(404, 'Not Found')
    const media = await upload(net, request, net.modes.get().asyncMedia)
    return reply.code(media.ready_at > net.now() ? 202 : 200).send(mediaView(net, media))
  })
  app.post('/api/v1/media', async (request) => mediaView(net, await upload(net, request, false)))

  app.get('/api/v1/media/:id', async (request, reply) => {
    const media = own(net, request)
    return reply.code(media.ready_at > net.now() ? 206 : 200).send(mediaView(net, media))
  })
  app.put('/api/v1/media/:id', async (request) => {
    const media = { ...own(net, request), ...described(await params(request)) }
    describeMedia(net.db, media)
    return mediaView(net, media)
  })
  app.delete('/api/v1/media/:id', async (request) => {
    const media = own(net, request)
    if (media.status_id !== null) {
      throw new ApiError(422, 'Media attachment is currently used by a status')
    }
    deleteMedia(net.db, media.id)
    return {}
  })
}

/** Stores a file for an account; also used for customers' photos. Throws 422 for what is no
 * picture or film, or too large. */
export async function storeFile(net: Network, upload: Upload): Promise<Media> {
  const size = await measure(upload.file.bytes)
  const film = size === undefined && isFilm(upload.file)
  if (!size && !film) throw new ApiError(422, refused)
  const maxBytes = size ? limits.imageBytes : limits.videoBytes
  if (upload.file.bytes.length > maxBytes) {
    const told = `File file size must be less than ${Math.round(maxBytes / 1_048_576)} MB`
    throw new ApiError(422, `Validation failed: ${told}`)
  }
  if (size && size.width * size.height > limits.imagePixels) {
    throw new ApiError(
      422,
      `Validation failed: ${size.width}x${size.height} images are not supported`,
    )
  }
  const media: Media = {
    id: net.nextId(),
    account_id: upload.accountId,
    status_id: null,
    type: size ? 'image' : 'video',
    mime: size?.mime ?? upload.file.mime,
    description: upload.description,
    width: size?.width ?? null,
    height: size?.height ?? null,
    focus_x: upload.focus_x ?? 0,
    focus_y: upload.focus_y ?? 0,
    ready_at: net.now() + (film || upload.slow ? processingMs : 0),
  }
  const small = size ? await smallPicture(upload.file.bytes) : null
  insertMedia(net.db, media, { data: upload.file.bytes, small })
  return media
}

async function upload(net: Network, request: FastifyRequest, slow: boolean): Promise<Media> {
  const user = requireUser(net, request, 'write', 'write:media')
  const asked = await params(request)
  const file = File.safeParse(asked.file)
  if (!file.success) throw new ApiError(422, "Validation failed: File can't be blank")
  const words = { description: null, ...described(asked) }
  return storeFile(net, { accountId: user.account.id, file: file.data, slow, ...words })
}

function described(asked: Params) {
  const input = z
    .object({ description: z.string().optional(), focus: z.string().optional() })
    .parse(asked)
  if ([...(input.description ?? '')].length > limits.descriptionCharacters) {
    const told = `Description is too long (maximum is ${limits.descriptionCharacters} characters)`
    throw new ApiError(422, `Validation failed: ${told}`)
  }
  const [x, y] = (input.focus ?? '').split(',').map(Number)
  return {
    ...(input.description === undefined ? {} : { description: input.description }),
    ...(x !== undefined && y !== undefined ? { focus_x: x || 0, focus_y: y || 0 } : {}),
  }
}

function own(net: Network, request: FastifyRequest): Media {
  const user = requireUser(net, request, 'write', 'write:media')
  const media = getMedia(net.db, ById.parse(request.params).id)
  if (media?.account_id !== user.account.id) throw new ApiError(404, 'Record not found')
  return media
}

/** MP4 and its kin say `ftyp` at byte 4. */
function isFilm(file: File): boolean {
  return file.mime.startsWith('video/') && file.bytes.subarray(4, 8).toString('latin1') === 'ftyp'
}

type Upload = {
  accountId: string
  file: File
  description: string | null
  slow: boolean
  focus_x?: number
  focus_y?: number
}
