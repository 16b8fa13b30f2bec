import { z } from 'zod'
import { defineCommand } from './command.ts'

const WebAddress = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:/.test(text), 'give it as http://host:port')

export const webhookAllow = defineCommand({
  words: ['webhook', 'allow'],
  summary: 'Let webhooks call a server on this machine or a private network',
  details:
    'Only who runs the machine opens its network. It holds for all workspaces of this Parley.',
  positionals: { address: 'Its web address, for example http://127.0.0.1:8080' },
  input: z.object({ address: WebAddress }),
  async run({ address }, surroundings) {
    const { withInstance } = await import('./open.ts')
    const { allowOrigin } = await import('./connecting.ts')
    const { origin } = new URL(address)
    return withInstance(surroundings, async (instance) => {
      const added = await allowOrigin(instance.url, origin)
      const text = added ? `${origin} may be called now.` : `${origin} was allowed before.`
      return { json: { origin, added }, text }
    })
  },
})
