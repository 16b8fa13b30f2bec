import type { Connector } from '../contract.ts'
import { connect, connectFields, verify, WebsiteCredential } from './connect.ts'
import { deliver, find, newKey } from './deliver.ts'
import { translate } from './translate.ts'

/**
 * A form on the business's own website. Nothing is received from anywhere: submissions are put in by the
 * route that visitors post to, and replies stand on the visitor's conversation page.
 */
export const website = {
  network: 'website',
  name: 'Website form',
  credential: WebsiteCredential,
  connectFields,
  connect,
  verify,
  translate,
  newKey,
  deliver,
  find,
} satisfies Connector<WebsiteCredential>
