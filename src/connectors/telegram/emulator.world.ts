import { openHttp, type Posted, type World } from '../suite.ts'
import { type Emulator, startEmulator } from './emulator.fixture.ts'
import { ana, bot, chatWith, dan, type EmulatedMessage, talk } from './emulator.state.ts'

const picture = Uint8Array.from(
  atob(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  ),
  (char) => char.charCodeAt(0),
)
const idOf = (message: EmulatedMessage) => ({
  remoteId: `${message.chat.id}:${message.message_id}`,
})

/** The emulator as a world for the suite: customers write in a public group and in private. */
export async function startEmulatedWorld(): Promise<World & { emulator: Emulator }> {
  const emulator = await startEmulator()
  const http = openHttp()
  const { token, url: server } = emulator
  const found = ({ remoteId }: Posted) => {
    const message = emulator.messages.find((one) => idOf(one).remoteId === remoteId)
    if (!message) throw new Error(`there is no message ${remoteId}`)
    return message
  }
  const mention = `@${bot.username}`
  const words = (text: string, imageAlt?: string) => ({
    text: `${mention} ${text}`,
    entities: [{ type: 'mention', offset: 0, length: mention.length }],
    ...(imageAlt === undefined ? {} : { photo: picture }),
  })
  return {
    emulator,
    http,
    burst: 90,
    connection: async () => ({ service: server, credential: { token, receiveBy: 'polling' } }),
    fields: {
      right: { token, server },
      wrong: { token: `${bot.id}:${'x'.repeat(35)}`, server },
    },
    customerMentions: async (text, { imageAlt } = {}) =>
      idOf(emulator.says(talk, ana, words(text, imageAlt))),
    customerReplies: async (to, text, { imageAlt } = {}) =>
      idOf(emulator.says(talk, dan, { ...words(text, imageAlt), replyTo: found(to) })),
    customerWritesPrivately: async (text) => idOf(emulator.says(chatWith(ana), ana, { text })),
    customerEdits: async (post, text) => emulator.edits(found(post), text),
    customerDeletes: async (post) => emulator.deletes(found(post)),
    accountPosts: async (text) => idOf(emulator.write(talk, bot, { text })),
    postsOfAccount: async () =>
      emulator.messages
        .filter((message) => message.from.id === bot.id)
        .map((message) => {
          const parent = message.reply_to_message as EmulatedMessage | undefined
          return {
            ...idOf(message),
            text: String(message.text ?? message.caption ?? ''),
            parentId: parent ? idOf(parent).remoteId : null,
            visibility:
              message.chat.type === 'private' ? ('private' as const) : ('public' as const),
            contentWarning: null,
            imageAlts: message.photo ? [''] : [],
          }
        }),
    faults: {
      'rate-limited': async (times) => emulator.fail('rate-limited', times),
      'expired-token': async (times) => emulator.fail('expired-token', times),
      outage: async (times) => emulator.fail('outage', times),
      'lost-answer': async (times) => emulator.fail('cut', times),
      garbage: async (times) => emulator.fail('garbage', times),
    },
    heal: async () => emulator.heal(),
    stop: async () => {
      await http.close()
      await emulator.close()
    },
  }
}
