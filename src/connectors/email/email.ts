import type { Connector } from '../contract.ts'
import { connect, connectFields } from './connect.ts'
import { EmailCredential } from './credential.ts'
import { deliver, sendMail } from './deliver.ts'
import { find, findMail } from './find.ts'
import { newKey } from './key.ts'
import { listen } from './listen.ts'
import { media } from './media.ts'
import { receive } from './receive.ts'
import { translate } from './translate.ts'
import { verify } from './verify.ts'

/** Any mailbox: IMAP for what comes in, SMTP for what goes out. */
export const email = {
  network: 'email',
  name: 'E-mail',
  credential: EmailCredential,
  connectFields,
  connect,
  verify,
  receive,
  translate,
  listen,
  newKey,
  deliver,
  find,
  media,
  sendMail,
  findMail,
} satisfies Connector<EmailCredential>
