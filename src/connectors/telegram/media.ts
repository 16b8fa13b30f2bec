import { z } from 'zod'
import { ConnectorError, type Json, type RemoteMedia } from '../contract.ts'
import { apiOf, ask, download, type TelegramSession } from './api.ts'
import { type File, type Message, RemoteFile } from './schemas.ts'

/** A bot may download files up to 20 MB (core.telegram.org/bots/api#getfile, 2026-08). */
const mostBytes = 20 * 1024 * 1024
const MediaRef = z.object({ file: z.string() })

/** What came with a message. Only a call with the bot's token has the bytes, so none has a web address. */
export function mediaOf(message: Message): RemoteMedia[] {
  const { photo, video, video_note: round, animation, voice, audio, document, sticker } = message
  const largest = photo?.reduce<File | undefined>(
    (best, one) => (areaOf(one) >= areaOf(best) ? one : best),
    undefined,
  )
  // An animation is sent as a document as well.
  const file = animation ? undefined : document
  return [
    ...[largest].flatMap((one) => view(one, 'image')),
    ...[video, round, animation].flatMap((one) => view(one, 'video')),
    ...[voice, audio].flatMap((one) => view(one, 'audio')),
    ...view(file, file?.mime_type?.startsWith('image/') ? 'image' : 'other'),
    ...(sticker?.emoji ? [] : view(sticker, 'other')),
  ]
}

/** The bytes of one file, by the session alone: the address that Telegram gives holds the bot's token. */
export async function media(
  session: TelegramSession,
  _message: { ref: Json },
  ref: Json,
): Promise<Uint8Array> {
  const api = apiOf(session)
  const { file: file_id } = MediaRef.parse(ref)
  const file = await ask(api, { method: 'getFile', json: { file_id } }, RemoteFile)
  if ((file.file_size ?? 0) > mostBytes || file.file_path === undefined)
    throw new ConnectorError({
      kind: 'rejected',
      reason: 'Telegram lets a bot open files of up to 20 MB only. Open it in Telegram.',
    })
  return download(api, file.file_path, mostBytes)
}

function view(file: File | undefined, kind: RemoteMedia['kind']): RemoteMedia[] {
  if (!file) return []
  const ref: z.infer<typeof MediaRef> = { file: file.file_id }
  return [
    {
      kind,
      url: `telegram:${encodeURIComponent(file.file_unique_id)}`,
      previewUrl: null,
      alt: null,
      width: file.width ?? null,
      height: file.height ?? null,
      name: file.file_name ?? null,
      bytes: file.file_size ?? null,
      ref,
    },
  ]
}

function areaOf(file: File | undefined): number {
  return (file?.width ?? 0) * (file?.height ?? 0)
}
