import { z } from 'zod'
import { messageOf } from '../platform/errors.ts'
import { CommandError, defineCommand, exitCodes, readSecret } from './command.ts'

export const channelConnectEmail = defineCommand({
  words: ['channel', 'connect', 'email'],
  summary: 'Connect a mailbox by IMAP and SMTP',
  details:
    'Servers are written as HOST:PORT, or with imaps://, imap+starttls://, smtps://, smtp+starttls://.\nA server on a private network or this machine is allowed by naming it here. Connecting a mailbox\nagain renews its password.',
  options: {
    imap: { hint: 'SERVER', help: 'Where mail comes in, for example imap.example.com:993' },
    smtp: { hint: 'SERVER', help: 'Where mail goes out, for example smtp.example.com:465' },
    user: { hint: 'NAME', help: 'The sign-in name, mostly the e-mail address' },
    address: { hint: 'ADDRESS', help: 'The address to write as, if the sign-in name is none' },
    name: { hint: 'NAME', help: 'The name that customers see' },
    'password-stdin': { help: 'Read the password from standard input (required)' },
  },
  input: z.object({
    imap: z.string().trim().min(1),
    smtp: z.string().trim().min(1),
    user: z.string().trim().min(1),
    address: z.string().trim().default(''),
    name: z.string().trim().default(''),
    'password-stdin': z.literal(true, 'is missing: a password on the command line could be seen'),
  }),
  async run({ imap, smtp, user, address, name }, surroundings) {
    const password = await readSecret(surroundings.stdin, 'password')
    const fields = { imap, smtp, user, address, name, password }
    const servers = await serversOf(imap, smtp)
    const { connectAccount } = await import('./connecting.ts')
    return connectAccount({ network: 'email', servers, fields }, surroundings)
  },
})

async function serversOf(imap: string, smtp: string) {
  const { serverOf } = await import('../connectors/email/connect.ts')
  try {
    return [serverOf('imap', imap), serverOf('smtp', smtp)]
  } catch (error) {
    throw new CommandError(exitCodes.usage, messageOf(error))
  }
}
