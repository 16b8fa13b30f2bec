import { z } from 'zod'
import { defineCommand } from './command.ts'

export const channelConnectFeed = defineCommand({
  words: ['channel', 'connect', 'feed'],
  summary: 'Follow an RSS or Atom feed, for example of a review site',
  details: 'What is written there comes in as messages; it is answered on the site itself.',
  options: { url: { hint: 'URL', help: 'For example https://reviews.example/your-shop.rss' } },
  input: z.object({ url: z.string().trim().min(1) }),
  async run({ url }, surroundings) {
    const { connectAccount } = await import('./connecting.ts')
    return connectAccount({ network: 'feed', service: url, fields: { url } }, surroundings)
  },
})
