import type { Connector } from '../contract.ts'
import { connect, connectFields } from './connect.ts'
import { MastodonCredential } from './credential.ts'
import { deliver } from './deliver.ts'
import { find } from './find.ts'
import { newKey } from './key.ts'
import { consent } from './oauth.ts'
import { receive } from './receive.ts'
import { recheck, recheckBatch } from './recheck.ts'
import { listen } from './stream.ts'
import { thread } from './thread.ts'
import { translate } from './translate.ts'
import { verify } from './verify.ts'
import { wording } from './wording.ts'

/** Mastodon and every server that speaks its API: GoToSocial, Pleroma, Akkoma, snac and others. */
export const mastodon = {
  network: 'mastodon',
  name: 'Mastodon',
  credential: MastodonCredential,
  connectFields,
  connect,
  consent,
  verify,
  receive,
  translate,
  listen,
  thread,
  recheck,
  recheckBatch,
  newKey,
  wording,
  deliver,
  find,
} satisfies Connector<MastodonCredential>
