import type { Dial, HttpClient } from '../../platform/http.ts'
import { type ConnectField, type Connection, ConnectorError } from '../contract.ts'
import { isAddress, oneLine } from './address.ts'
import type { EmailCredential, MailServer } from './credential.ts'
import { rejected } from './failures.ts'
import { withImap } from './imap.ts'
import { withSmtp } from './smtp.ts'

export const connectFields: readonly ConnectField[] = [
  { name: 'imap', secret: false, example: 'imap.example.com:993' },
  { name: 'smtp', secret: false, example: 'smtp.example.com:465' },
  { name: 'user', secret: false, example: 'hello@example.com' },
  { name: 'password', secret: true, example: '••••••••' },
  { name: 'address', secret: false, example: 'hello@example.com', optional: true },
  { name: 'name', secret: false, example: 'Blue Cup Shop', optional: true },
]

/** Signs in to both servers. Throws ConnectorError, `rejected` with the name of the field at fault. */
export async function connect(
  fields: Record<string, string>,
  { dial, now }: { http: HttpClient; dial: Dial; now(): Date },
): Promise<Connection> {
  const credential = credentialOf(fields)
  const session = { dial, credential, now }
  await namingField('imap', () => withImap(session, async () => undefined))
  await namingField('smtp', () => withSmtp(session, async () => undefined))
  return { service: serviceOf(credential.imap), credential }
}

/** How a mailbox's server is shown, and told from others: the incoming one. */
export function serviceOf({ host, port, security }: MailServer): string {
  return `${security === 'tls' ? 'imaps' : 'imap'}://${host}:${port}`
}

function credentialOf(fields: Record<string, string>): EmailCredential {
  const said = (name: string) => (fields[name] ?? '').trim()
  const imap = serverOf('imap', said('imap'))
  const smtp = serverOf('smtp', said('smtp'))
  const user = said('user')
  if (user === '' || user !== oneLine(user))
    throw rejected('user: write the name you sign in to the mailbox with')
  const password = fields.password ?? ''
  if (password.trim() === '') throw rejected('password: write the password of the mailbox')
  const address = (said('address') || user).toLowerCase()
  if (!isAddress(address))
    throw rejected(
      said('address') === ''
        ? 'address: the sign-in name is no e-mail address, so write the address here'
        : 'address: this is not an e-mail address',
    )
  return { imap, smtp, user, password, from: { address, name: oneLine(said('name')) } }
}

const PORTS = {
  imap: { tls: 993, starttls: 143 },
  smtp: { tls: 465, starttls: 587 },
}

/**
 * A server as people type it: `imap.example.com`, `…:143`, `imaps://…`, `imap+starttls://…`. Without a
 * scheme, the port tells how the connection is secured. `imap://` and `smtp://` are without encryption,
 * so they stand for this machine only.
 */
export function serverOf(kind: 'imap' | 'smtp', typed: string): MailServer {
  const [, scheme = '', rest = ''] = /^(?:([a-z+]+):\/\/)?(.*)$/is.exec(typed) ?? []
  const [, host = '', digits] = /^(\[[0-9a-f:.]+\]|[^\s/:@]+)(?::(\d{1,5}))?\/?$/i.exec(rest) ?? []
  if (host === '')
    throw rejected(
      `${kind}: write the server and its port, for example ${kind}.example.com:${PORTS[kind].tls}`,
    )
  const security = securityOf(
    kind,
    scheme.toLowerCase(),
    digits === undefined ? null : Number(digits),
  )
  const usual = security === 'tls' ? PORTS[kind].tls : PORTS[kind].starttls
  const port = digits === undefined ? usual : Number(digits)
  if (port < 1 || port > 65_535) throw rejected(`${kind}: ${port} is not a port`)
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  if (security === 'none' && !['127.0.0.1', '::1', 'localhost'].includes(bare))
    throw rejected(
      `${kind}: without encryption the password could be read on the way; use ${kind}s:// or ${kind}+starttls://`,
    )
  return { host: bare, port, security }
}

function securityOf(
  kind: 'imap' | 'smtp',
  scheme: string,
  port: number | null,
): MailServer['security'] {
  if (scheme === `${kind}s`) return 'tls'
  if (scheme === `${kind}+starttls`) return 'starttls'
  if (scheme === kind) return 'none'
  if (scheme !== '')
    throw rejected(`${kind}: ${scheme}:// is not one of ${kind}s://, ${kind}+starttls://`)
  return port === 143 || port === 587 || port === 25 ? 'starttls' : 'tls'
}

/** A refusal is told at the field it belongs to; passing trouble stays what it is. */
async function namingField(field: 'imap' | 'smtp', call: () => Promise<void>): Promise<void> {
  try {
    await call()
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error
    const { failure } = error
    if (failure.kind === 'auth-expired')
      throw rejected(`password: the server does not accept this sign-in (${failure.detail})`, error)
    if (failure.kind === 'rejected') throw rejected(`${field}: ${failure.reason}`, error)
    throw error
  }
}
