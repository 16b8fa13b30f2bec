import { z } from 'zod'
import { defineCommand } from './command.ts'

export const channelConnectWebsite = defineCommand({
  words: ['channel', 'connect', 'website'],
  summary: 'Make a form for a website, with a private page for each conversation',
  details:
    'Nothing is asked of the website. What to copy into it stands under Settings, Channels. The same\naddress again renames its form.',
  options: {
    name: {
      hint: 'NAME',
      help: 'What visitors read above the form, for example "The Corner Shop"',
    },
    address: { hint: 'URL', help: 'Address of the website, for example https://shop.example' },
  },
  input: z.object({
    name: z.string().trim().min(1),
    address: z.string().trim().min(1),
  }),
  async run({ name, address }, surroundings) {
    const { connectAccount } = await import('./connecting.ts')
    return connectAccount(
      { network: 'website', servers: [], fields: { name, address } },
      surroundings,
    )
  },
})
