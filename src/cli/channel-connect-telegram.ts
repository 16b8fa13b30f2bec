import { z } from 'zod'
import { defineCommand, readSecret } from './command.ts'

export const channelConnectTelegram = defineCommand({
  words: ['channel', 'connect', 'telegram'],
  summary: 'Connect a Telegram bot by the token that BotFather gave',
  details:
    'Messages are asked for every few seconds, or brought by Telegram at once with --receive webhook, for\nwhich Parley needs a public https address (PARLEY_PUBLIC_URL).',
  options: {
    'token-stdin': { help: 'Read the bot’s token from standard input (required)' },
    receive: { hint: 'HOW', help: 'polling (default) or webhook' },
    server: { hint: 'URL', help: 'A Bot API server of your own; default https://api.telegram.org' },
  },
  input: z.object({
    'token-stdin': z.literal(true, 'is missing: a token on the command line could be seen'),
    receive: z.enum(['polling', 'webhook'], 'must be polling or webhook').default('polling'),
    server: z.string().trim().min(1).default('https://api.telegram.org'),
  }),
  async run({ receive, server }, surroundings) {
    const token = await readSecret(surroundings.stdin, 'bot token')
    const fields = { token, receive, server }
    const { connectAccount } = await import('./connecting.ts')
    return connectAccount({ network: 'telegram', service: server, fields }, surroundings)
  },
})
