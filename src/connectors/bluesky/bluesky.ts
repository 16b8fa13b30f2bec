import type { Connector } from '../contract.ts'
import { connect, connectFields } from './connect.ts'
import { BlueskyCredential } from './credential.ts'
import { deliver } from './deliver.ts'
import { find } from './find.ts'
import { newKey } from './key.ts'
import { consent } from './oauth.ts'
import { receive } from './receive.ts'
import { recheck, recheckBatch } from './recheck.ts'
import { signOut } from './sign-out.ts'
import { thread } from './thread.ts'
import { translate } from './translate.ts'
import { verify } from './verify.ts'

/** Bluesky and any server of the AT protocol that passes requests on to an AppView. */
export const bluesky = {
  network: 'bluesky',
  name: 'Bluesky',
  credential: BlueskyCredential,
  connectFields,
  connect,
  consent,
  signOut,
  verify,
  receive,
  translate,
  thread,
  recheck,
  recheckBatch,
  newKey,
  deliver,
  find,
} satisfies Connector<BlueskyCredential>
