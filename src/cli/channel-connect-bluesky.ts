import { z } from 'zod'
import { defineCommand, readSecret } from './command.ts'

export const channelConnectBluesky = defineCommand({
  words: ['channel', 'connect', 'bluesky'],
  summary: 'Connect a Bluesky account by an app password',
  details:
    'A server on a private network or this machine is allowed by naming it here. Connecting an account\nagain renews its password.',
  options: {
    service: { hint: 'URL', help: 'Its server; default https://bsky.social' },
    handle: { hint: 'HANDLE', help: 'For example yourshop.bsky.social' },
    'password-stdin': { help: 'Read the app password from standard input (required)' },
  },
  input: z.object({
    service: z.string().trim().min(1).default('https://bsky.social'),
    handle: z.string().trim().min(1),
    'password-stdin': z.literal(true, 'is missing: a password on the command line could be seen'),
  }),
  async run({ service, handle }, surroundings) {
    const password = await readSecret(surroundings.stdin, 'app password')
    const fields = { service, handle, password }
    const { connectAccount } = await import('./connecting.ts')
    return connectAccount({ network: 'bluesky', service, fields }, surroundings)
  },
})
