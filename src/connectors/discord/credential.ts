import { z } from 'zod'

/**
 * What the vault keeps for a Discord bot. `publicKey` (hex) proves webhook events; `channels`: ids of
 * channels in which everything counts as written to us.
 */
export const DiscordCredential = z.object({
  botToken: z.string().min(1),
  publicKey: z.string().nullable().default(null),
  channels: z.array(z.string()).default([]),
})
export type DiscordCredential = z.infer<typeof DiscordCredential>
