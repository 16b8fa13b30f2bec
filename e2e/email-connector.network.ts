import { email } from '../src/connectors/email/email.ts'
import { describeConnector } from '../src/connectors/suite.ts'
import { mailWorld, openMailTown } from './mail/town.ts'

describeConnector({
  connector: email,
  world: async () => mailWorld(await openMailTown()),
  on: 'a real Dovecot and a real SMTP server',
})
