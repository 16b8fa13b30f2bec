import type { Connector } from '../contract.ts'
import { connect, connectFields } from './connect.ts'
import { TelegramCredential } from './credential.ts'
import { deliver } from './deliver.ts'
import { hook } from './hook.ts'
import { newKey } from './key.ts'
import { media } from './media.ts'
import { receive } from './receive.ts'
import { translate } from './translate.ts'
import { verify } from './verify.ts'

/**
 * Telegram, by its Bot API. It has no `find`: a bot can neither search nor list what it sent. No `listen`
 * either: a second call that waits for updates would end the first one.
 */
export const telegram = {
  network: 'telegram',
  name: 'Telegram',
  credential: TelegramCredential,
  connectFields,
  connect,
  verify,
  receive,
  hook,
  translate,
  newKey,
  deliver,
  media,
} satisfies Connector<TelegramCredential>
