import type { Connector } from '../contract.ts'
import { connect, connectFields } from './connect.ts'
import { DiscordCredential } from './credential.ts'
import { deliver } from './deliver.ts'
import { find } from './find.ts'
import { listen } from './gateway.ts'
import { hook } from './hook.ts'
import { newKey } from './key.ts'
import { receive } from './receive.ts'
import { recheck, recheckBatch } from './recheck.ts'
import { thread } from './thread.ts'
import { translate } from './translate.ts'
import { verify } from './verify.ts'

/** Discord by a bot: what names it, answers to it, private messages, and channels it is given. */
export const discord = {
  network: 'discord',
  name: 'Discord',
  credential: DiscordCredential,
  connectFields,
  connect,
  verify,
  receive,
  hook,
  translate,
  listen,
  thread,
  recheck,
  recheckBatch,
  newKey,
  deliver,
  find,
} satisfies Connector<DiscordCredential>
