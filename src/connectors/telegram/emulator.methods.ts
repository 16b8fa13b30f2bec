import { z } from 'zod'
import { bot, type EmulatedMessage, type State } from './emulator.state.ts'

/** What a method answers, or how it refuses: the words are those of Telegram's servers. */
export type Outcome =
  | { result: unknown }
  | { status: number; description: string; parameters?: Record<string, number> }
export type Args = Record<string, unknown>
export type Webhook = {
  url: string
  secret: string
  error: { at: number; words: string } | null
}

const Reply = z
  .object({ message_id: z.number(), allow_sending_without_reply: z.boolean().default(false) })
  .optional()
const refuse = (description: string, status = 400): Outcome => ({ status, description })

/** The methods of the Bot API that are emulated, by name in small letters. */
export function methodsOf(
  state: State,
  webhook: { now: Webhook | null },
): Record<string, (args: Args) => Outcome> {
  return {
    getme: () => ({
      result: {
        ...bot,
        can_join_groups: true,
        can_read_all_group_messages: true,
        supports_inline_queries: false,
      },
    }),
    getwebhookinfo: () => ({
      result: {
        url: webhook.now?.url ?? '',
        has_custom_certificate: false,
        pending_update_count: state.pending(),
        ...(webhook.now?.error && {
          last_error_date: webhook.now.error.at,
          last_error_message: webhook.now.error.words,
        }),
      },
    }),
    setwebhook: (args) => setWebhook(webhook, args),
    deletewebhook: () => {
      webhook.now = null
      return { result: true }
    },
    getupdates: (args) => getUpdates(state, webhook.now !== null, args),
    sendmessage: (args) => {
      const text = String(args.text ?? '').trim()
      if (text === '') return refuse('Bad Request: message text is empty')
      if (text.length > 4096) return refuse('Bad Request: message is too long')
      return send(state, args, [{ text }])
    },
    sendphoto: (args) => {
      const caption = String(args.caption ?? '')
      if (!(args.photo instanceof Uint8Array))
        return refuse('Bad Request: there is no photo in the request')
      return sendPictures(state, args, [{ bytes: args.photo, caption }])
    },
    sendmediagroup: (args) => sendAlbum(state, args),
    getfile: ({ file_id }) => {
      const bytes = state.files.get(String(file_id))
      if (!bytes) return refuse('Bad Request: invalid file_id')
      if (bytes.length > 20 * 1024 * 1024) return refuse('Bad Request: file is too big')
      const result = { file_id, file_size: bytes.length, file_path: `photos/${file_id}.png` }
      return { result }
    },
  }
}

function setWebhook(webhook: { now: Webhook | null }, args: Args): Outcome {
  const url = String(args.url ?? '')
  if (url === '') webhook.now = null
  else {
    if (!url.startsWith('https://'))
      return refuse('Bad Request: bad webhook: An HTTPS URL must be provided for webhook')
    const port = new URL(url).port || '443'
    if (!['443', '80', '88', '8443'].includes(port))
      return refuse(
        'Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443',
      )
    const secret = String(args.secret_token ?? '')
    if (!/^[\w-]{0,256}$/.test(secret))
      return refuse('Bad Request: secret token contains unallowed characters')
    webhook.now = { url, secret, error: webhook.now?.error ?? null }
  }
  return { result: true }
}

function getUpdates(state: State, hooked: boolean, args: Args): Outcome {
  if (hooked)
    return refuse(
      'Conflict: can’t use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first',
      409,
    )
  if (typeof args.offset === 'number') state.confirm(args.offset)
  return { result: state.take(Math.min(Number(args.limit ?? 100), 100)) }
}

function sendAlbum(state: State, args: Args): Outcome {
  const Item = z.object({
    media: z.string().startsWith('attach://'),
    caption: z.string().optional(),
  })
  const media = z
    .array(Item)
    .min(2)
    .max(10)
    .safeParse(JSON.parse(String(args.media ?? '[]')))
  if (!media.success) return refuse('Bad Request: expected an Array of InputMedia')
  const pictures = media.data.flatMap((one) => {
    const bytes = args[one.media.slice('attach://'.length)]
    return bytes instanceof Uint8Array ? [{ bytes, caption: one.caption ?? '' }] : []
  })
  if (pictures.length !== media.data.length) return refuse('Bad Request: attached file not found')
  return sendPictures(state, args, pictures)
}

function sendPictures(
  state: State,
  args: Args,
  pictures: { bytes: Uint8Array; caption: string }[],
): Outcome {
  if (pictures.some(({ caption }) => caption.length > 1024))
    return refuse('Bad Request: message caption is too long')
  return send(
    state,
    args,
    pictures.map(({ bytes, caption }) => ({ text: caption, photo: bytes })),
  )
}

function send(state: State, args: Args, all: { text: string; photo?: Uint8Array }[]): Outcome {
  const id = Number(args.chat_id)
  const moved = state.migrated.get(id)
  if (moved !== undefined)
    return {
      status: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: moved },
    }
  if (state.blocked.has(id)) return refuse('Forbidden: bot was blocked by the user', 403)
  const chat = state.chats.get(id)
  if (!chat) return refuse('Bad Request: chat not found')
  const given = args.reply_parameters
  const reply = Reply.parse(typeof given === 'string' ? JSON.parse(given) : given)
  const replyTo = state.messages.find(
    (one) => one.chat.id === id && one.message_id === reply?.message_id,
  )
  if (reply && !replyTo && !reply.allow_sending_without_reply)
    return refuse('Bad Request: message to be replied not found')
  const sent: EmulatedMessage[] = all.map((words) =>
    state.write(chat, bot, { ...words, ...(replyTo ? { replyTo } : {}) }),
  )
  return { result: sent.length === 1 ? sent[0] : sent }
}
