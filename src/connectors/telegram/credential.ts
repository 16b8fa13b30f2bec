import { z } from 'zod'

/** How a bot's messages come in: we ask for them, or Telegram brings them to an https address of ours. */
export const ReceiveBy = z.enum(['polling', 'webhook'])

/** A bot's token as BotFather gives it: the bot's number, a colon, and the secret. */
export const BotToken = z.string().regex(/^\d{1,20}:[\w-]{20,100}$/)

/** What the vault keeps for a Telegram bot. */
export const TelegramCredential = z.object({
  token: BotToken,
  receiveBy: ReceiveBy.default('polling'),
})
export type TelegramCredential = z.infer<typeof TelegramCredential>
