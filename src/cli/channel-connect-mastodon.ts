import { z } from 'zod'
import { defineCommand, readSecret } from './command.ts'

export const channelConnectMastodon = defineCommand({
  words: ['channel', 'connect', 'mastodon'],
  summary: 'Connect an account on a server with the Mastodon API by an access token',
  details:
    'A server on a private network or this machine is allowed by naming it here. Connecting an account\nagain renews its token.',
  options: {
    server: { hint: 'URL', help: 'For example https://mastodon.social' },
    'token-stdin': { help: 'Read the access token from standard input (required)' },
  },
  input: z.object({
    server: z.string().trim().min(1),
    'token-stdin': z.literal(true, 'is missing: a token on the command line could be seen'),
  }),
  async run({ server }, surroundings) {
    const token = await readSecret(surroundings.stdin, 'access token')
    const fields = { server, token }
    const { connectAccount } = await import('./connecting.ts')
    return connectAccount({ network: 'mastodon', service: server, fields }, surroundings)
  },
})
