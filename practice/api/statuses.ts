import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { markCut, takeLateApply } from '../faults/apply.ts'
import type { Network } from '../network.ts'
import { react } from '../notify.ts'
import { deleteStatus, editStatus, mediaIdsOf, type NewStatus, postStatus } from '../post.ts'
import { getAccount } from '../store/accounts.ts'
import { describeMedia, getMedia } from '../store/media.ts'
import { getStatus, listEdits, listThread, type Status, Visibility } from '../store/statuses.ts'
import { accountView, iso, mediaView, renderHere, statusView } from '../view.ts'
import { canSee } from '../visibility.ts'
import { readerId, requireUser, type User } from './auth.ts'
import { ApiError } from './errors.ts'
import { flag, list, params, queryOf, text } from './params.ts'

const ById = z.object({ id: z.string() })

/** Posting, reading, changing and deleting statuses. */
export function registerStatuses(app: FastifyInstance, net: Network): void {
  app.post('/api/v1/statuses', async (request, reply) => {
    const user = requireUser(net, request, 'write', 'write:statuses')
    const input = await newStatus(request, user)
    const wait = takeLateApply(request)
    if (wait !== undefined) return applyLater(net, request, reply, { input, wait })
    return statusView(net, postStatus(net, input), user.account.id)
  })

  app.get('/api/v1/statuses', async (request) => {
    if (!net.modes.get().manyStatuses) throw new ApiError(404, 'Not Found')
    const viewer = readerId(net, request)
    const ids = list.parse(queryOf(request).id).slice(0, 40)
    const found = ids.flatMap((id) => getStatus(net.db, id) ?? [])
    const seen = found.filter((status) => canSee(net.db, status, viewer))
    return seen.map((status) => statusView(net, status, viewer))
  })

  app.get('/api/v1/statuses/:id', async (request) => {
    const { status, viewer } = readStatus(net, request)
    return statusView(net, status, viewer)
  })

  app.get('/api/v1/statuses/:id/context', async (request) => {
    const { status, viewer } = readStatus(net, request)
    const thread = listThread(net.db, status.thread_id).filter((s) => canSee(net.db, s, viewer))
    const view = (each: Status) => statusView(net, each, viewer)
    return {
      ancestors: ancestorsOf(thread, status).map(view),
      descendants: descendantsOf(thread, status.id).map(view),
    }
  })

  app.put('/api/v1/statuses/:id', async (request) => {
    const { user, status } = ownStatus(net, request)
    return statusView(net, await change(net, request, status), user.account.id)
  })

  app.delete('/api/v1/statuses/:id', async (request) => {
    const { user, status } = ownStatus(net, request)
    const view = { ...statusView(net, status, user.account.id), text: status.text }
    deleteStatus(net, status)
    return view
  })

  app.get('/api/v1/statuses/:id/history', async (request) => {
    const { status } = readStatus(net, request)
    return history(net, status)
  })

  app.get('/api/v1/statuses/:id/source', async (request) => {
    requireUser(net, request, 'read', 'read:statuses')
    const { status } = readStatus(net, request)
    return { id: status.id, text: status.text, spoiler_text: status.spoiler }
  })

  for (const [path, kind, on] of reactions) {
    app.post(`/api/v1/statuses/:id/${path}`, async (request) => {
      const user = requireUser(net, request, 'write', 'write:favourites', 'write:statuses')
      const { status } = readStatus(net, request)
      react(net, status, user.account.id, { kind, on })
      return statusView(net, status, user.account.id)
    })
  }
}

const reactions = [
  ['favourite', 'favourite', true],
  ['unfavourite', 'favourite', false],
  ['reblog', 'reblog', true],
  ['unreblog', 'reblog', false],
] as const

async function newStatus(request: FastifyRequest, user: User): Promise<NewStatus> {
  const asked = z
    .object({
      status: text,
      spoiler_text: text,
      visibility: Visibility.default('public'),
      language: z.string().nullish(),
      sensitive: flag,
      in_reply_to_id: z.coerce.string().nullish(),
      media_ids: list,
    })
    .parse(await params(request))
  const key = request.headers['idempotency-key']
  return {
    accountId: user.account.id,
    text: asked.status,
    spoiler: asked.spoiler_text,
    visibility: asked.visibility,
    language: asked.language ?? user.account.language,
    sensitive: asked.sensitive,
    inReplyToId: asked.in_reply_to_id || null,
    mediaIds: asked.media_ids,
    idempotencyKey: typeof key === 'string' && key !== '' ? key : null,
    application: user.app?.name ?? null,
  }
}

/** late-apply: nobody is told anything now, and the status appears after a while. */
function applyLater(
  net: Network,
  request: FastifyRequest,
  reply: FastifyReply,
  late: { input: NewStatus; wait: number },
): FastifyReply {
  net.due.later('status', late.wait, late.input)
  markCut(request)
  return reply.code(200).send({})
}

async function change(net: Network, request: FastifyRequest, status: Status): Promise<Status> {
  const asked = z
    .object({
      status: z.string().optional(),
      spoiler_text: z.string().optional(),
      sensitive: flag.optional(),
      language: z.string().optional(),
      media_ids: list.optional(),
      media_attributes: z.array(MediaChange).default([]),
    })
    .parse(await params(request))
  for (const each of asked.media_attributes) {
    const media = getMedia(net.db, each.id)
    if (media?.status_id === status.id) {
      describeMedia(net.db, { ...media, description: each.description ?? media.description })
    }
  }
  return editStatus(net, status, {
    text: asked.status ?? status.text,
    spoiler: asked.spoiler_text ?? status.spoiler,
    sensitive: asked.sensitive || status.sensitive === 1,
    language: asked.language ?? status.language,
    mediaIds: asked.media_ids?.length ? asked.media_ids : mediaIdsOf(net, status.id),
  })
}

const MediaChange = z.object({ id: z.coerce.string(), description: z.string().optional() })

function history(net: Network, status: Status) {
  const author = getAccount(net.db, status.account_id)
  const now = { ...status, created_at: status.edited_at ?? status.created_at }
  return [...listEdits(net.db, status.id), now].map((edit) => ({
    content: renderHere(net, edit.text),
    spoiler_text: edit.spoiler,
    sensitive: edit.sensitive === 1,
    created_at: iso(edit.created_at),
    account: author ? accountView(net, author) : null,
    media_attachments: mediaIdsOf(net, status.id).flatMap((id) => {
      const media = getMedia(net.db, id)
      return media ? [mediaView(net, media)] : []
    }),
    emojis: [],
  }))
}

function readStatus(net: Network, request: FastifyRequest) {
  const viewer = readerId(net, request)
  const status = getStatus(net.db, ById.parse(request.params).id)
  if (!status || !canSee(net.db, status, viewer)) throw new ApiError(404, 'Record not found')
  return { status, viewer }
}

function ownStatus(net: Network, request: FastifyRequest) {
  const user = requireUser(net, request, 'write', 'write:statuses')
  const status = getStatus(net.db, ById.parse(request.params).id)
  if (status?.account_id !== user.account.id) throw new ApiError(404, 'Record not found')
  return { user, status }
}

function ancestorsOf(thread: Status[], status: Status): Status[] {
  const parent = thread.find((each) => each.id === status.in_reply_to_id)
  return parent ? [...ancestorsOf(thread, parent), parent] : []
}

/** Depth first, as Mastodon orders them: an answer stands before the next sibling. */
function descendantsOf(thread: Status[], id: string): Status[] {
  return thread
    .filter((each) => each.in_reply_to_id === id)
    .flatMap((each) => [each, ...descendantsOf(thread, each.id)])
}
