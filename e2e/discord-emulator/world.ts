import { openHttp, type PostOptions, type World } from '../../src/connectors/suite.ts'
import { startDiscordEmulator } from './emulator.ts'

/** The emulator as a world for the suite. Private messages are not in it: only the gateway tells of them. */
export async function startDiscordWorld(): Promise<World> {
  const discord = await startDiscordEmulator()
  const http = openHttp()
  const { url, token, town, faults } = discord
  const post = async (text: string, options: PostOptions & { replyTo?: string } = {}) => {
    const { imageAlt, replyTo } = options
    const message = discord.say(text, {
      ...(imageAlt === undefined ? {} : { imageAlt }),
      ...(replyTo === undefined ? {} : { replyTo }),
    })
    return { remoteId: message.id }
  }
  const fields = { server: url, botToken: token }
  return {
    http,
    burst: 230,
    connection: async () => ({
      service: url,
      credential: { botToken: token, publicKey: null, channels: [] },
    }),
    fields: { right: fields, wrong: { ...fields, botToken: 'wrong' } },
    customerMentions: post,
    customerReplies: (to, text, options) => post(text, { ...options, replyTo: to.remoteId }),
    customerEdits: async ({ remoteId }, text) =>
      discord.edit(remoteId, `<@${town.bot.id}> ${text}`),
    customerDeletes: async ({ remoteId }) => discord.remove(remoteId),
    accountPosts: async (text) => ({ remoteId: discord.botWrites(text).id }),
    postsOfAccount: async () =>
      [...town.messages.values()]
        .filter(({ author, deleted }) => author.id === town.bot.id && !deleted)
        .map((message) => ({
          remoteId: message.id,
          text: message.content,
          parentId: message.message_reference?.message_id ?? null,
          visibility: town.channels.get(message.channel_id)?.type === 1 ? 'private' : 'public',
          contentWarning: null,
          imageAlts: message.attachments.map(({ description }) => description ?? ''),
        })),
    faults: {
      'rate-limited': async (times) => faults.add('rate-limited', times),
      'expired-token': async (times) => faults.add('expired-token', times),
      outage: async (times) => faults.add('outage', times),
      'lost-answer': async (times) => faults.add('cut-after-taken', times),
      garbage: async (times) => faults.add('garbage', times),
    },
    heal: async () => faults.clear(),
    stop: async () => {
      await http.close()
      await discord.close()
    },
  }
}
