import { z } from 'zod'
import { defineCommand, readSecret } from './command.ts'

export const channelConnectDiscord = defineCommand({
  words: ['channel', 'connect', 'discord'],
  summary: 'Connect a Discord bot by its token',
  details:
    'The public key is needed only for webhook events. Connecting a bot again renews its token.',
  options: {
    'token-stdin': { help: 'Read the bot token from standard input (required)' },
    'public-key': { hint: 'HEX', help: 'Public key of the application, for webhook events' },
    channels: { hint: 'IDS', help: 'Channels in which every message counts, with commas' },
    server: { hint: 'URL', help: 'Another server with the API of Discord' },
  },
  input: z.object({
    'token-stdin': z.literal(true, 'is missing: a token on the command line could be seen'),
    'public-key': z.string().trim().default(''),
    channels: z.string().trim().default(''),
    server: z.string().trim().min(1).default('https://discord.com'),
  }),
  async run({ 'public-key': publicKey, channels, server }, surroundings) {
    const botToken = await readSecret(surroundings.stdin, 'bot token')
    const fields = { botToken, publicKey, channels, server }
    const { connectAccount } = await import('./connecting.ts')
    return connectAccount({ network: 'discord', service: server, fields }, surroundings)
  },
})
