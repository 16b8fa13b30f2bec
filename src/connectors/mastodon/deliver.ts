import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { ConnectorError, type OutgoingMedia, type OutgoingReply, type Sent } from '../contract.ts'
import { type Api, apiOf, ask, type MastodonSession, request, wordsOf } from './api.ts'
import { SentStatus } from './schemas.ts'
import { Ref } from './translate.ts'
import { audience, wording } from './wording.ts'

/** A picture is ready at once or within moments; nothing has been sent while we look. */
const READY_ATTEMPTS = 12
const READY_EVERY_MS = 500
const Uploaded = z.object({ id: z.union([z.string(), z.int().transform(String)]) })

/**
 * Sends one reply under its key. Media goes up first, and may go up again on a repeat: what no post
 * uses the server throws away. Only the last call makes something that people see.
 */
export async function deliver(session: MastodonSession, reply: OutgoingReply): Promise<Sent> {
  const api = apiOf(session)
  const mediaIds: string[] = []
  for (const media of reply.media) mediaIds.push(await upload(api, media))
  const ref = Ref.parse(reply.replyTo.ref)
  const { contentWarning, language } = reply
  const sent = await ask(
    api,
    {
      method: 'POST',
      path: '/api/v1/statuses',
      headers: { 'idempotency-key': reply.key },
      sends: true,
      json: {
        status: wording(reply),
        in_reply_to_id: reply.replyTo.remoteId,
        visibility: audience(reply.visibility, ref),
        ...(mediaIds.length > 0 ? { media_ids: mediaIds } : {}),
        ...(contentWarning ? { spoiler_text: contentWarning, sensitive: true } : {}),
        ...(language ? { language } : {}),
      },
    },
    SentStatus,
  )
  const url = reply.visibility === 'private' ? null : (sent.url ?? sent.uri)
  return { remoteId: sent.id, url, at: sent.created_at }
}

async function upload(api: Api, media: OutgoingMedia): Promise<string> {
  const v2 = await request(api, { method: 'POST', path: '/api/v2/media', form: formOf(media) })
  const hasV2 = v2.status !== 404 && v2.status !== 405
  const answer = hasV2
    ? v2
    : await request(api, { method: 'POST', path: '/api/v1/media', form: formOf(media) })
  if (answer.status >= 300) throw rejected(answer.body, answer.status)
  const uploaded = Uploaded.safeParse(answer.body)
  if (!uploaded.success) throw unavailable('the upload was answered with something else')
  const { id } = uploaded.data
  if (answer.status === 202) await untilReady(api, id)
  return id
}

/** 206 while the server works on it, 200 when it can be posted, 422 when it could not be read. */
async function untilReady(api: Api, id: string): Promise<void> {
  for (let attempt = 0; attempt < READY_ATTEMPTS; attempt++) {
    await wait(READY_EVERY_MS)
    const { status, body } = await request(api, { path: `/api/v1/media/${encodeURIComponent(id)}` })
    if (status === 200) return
    if (status >= 300) throw rejected(body, status)
  }
  throw unavailable('the server is still working on the media; nothing was sent')
}

function formOf({ bytes, mime, alt }: OutgoingMedia): FormData {
  const form = new FormData()
  const [, subtype = 'bin'] = mime.split('/')
  form.set('file', new Blob([Uint8Array.from(bytes)], { type: mime }), `upload.${subtype}`)
  if (alt !== '') form.set('description', alt.normalize('NFC'))
  return form
}

function rejected(body: unknown, status: number): ConnectorError {
  return new ConnectorError({ kind: 'rejected', reason: wordsOf(body, status) })
}

function unavailable(detail: string): ConnectorError {
  return new ConnectorError({ kind: 'unavailable', detail })
}
