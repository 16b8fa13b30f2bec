import { ImapFlow, type ImapFlowOptions } from 'imapflow'
import { ConnectorError } from '../contract.ts'
import type { EmailSession, MailServer } from './credential.ts'
import { nameOf, notReached, readMailError, unavailable, wordsOf } from './failures.ts'

const CONNECT_MS = 15_000
const SILENCE_MS = 60_000
/** One response of the server: the largest mail that is read, and what stands around it. */
const MOST_BYTES = 48 * 1024 * 1024

type Signing = Pick<EmailSession, 'dial' | 'credential'>

/** Signs in to the mailbox for the length of `work`. Throws ConnectorError. */
export async function withImap<Result>(
  session: Signing,
  work: (client: ImapFlow) => Promise<Result>,
): Promise<Result> {
  const client = await signIn(session, { disableAutoIdle: true })
  try {
    return await work(client)
  } catch (error) {
    throw imapFailure(session.credential.imap, error)
  } finally {
    await leave(client)
  }
}

/** An open, signed-in connection; whoever asks for it closes it. Throws ConnectorError. */
export async function signIn(
  { dial, credential }: Signing,
  options: ImapFlowOptions,
): Promise<ImapFlow> {
  const { imap, user, password } = credential
  const to = await dial(imap.host, imap.port).catch((error: unknown) => {
    throw notReached(imap, error)
  })
  const client = new ImapFlow({
    host: to.address,
    port: imap.port,
    ...(to.servername === null ? {} : { servername: to.servername }),
    secure: imap.security === 'tls',
    // `true` insists on it: without TLS nothing is said, least of all a password.
    ...(imap.security === 'tls' ? {} : { doSTARTTLS: imap.security === 'starttls' }),
    auth: { user, pass: password },
    tls: { minVersion: 'TLSv1.2' },
    logger: false,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    maxLiteralSize: MOST_BYTES,
    maxResponseSize: MOST_BYTES + 1_000_000,
    maxLineLength: 4_000_000,
    ...options,
  })
  // Errors reach whoever waits for a command; one between two commands ends the connection.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (error) {
    client.close()
    throw imapFailure(imap, error)
  }
}

/** What a failure of the mailbox means; reading changes nothing, so its outcome is never in doubt. */
export function imapFailure(server: MailServer, error: unknown): ConnectorError {
  if (error instanceof ConnectorError) return error
  const said: Record<string, unknown> = error instanceof Error ? { ...error } : {}
  const code = typeof said.serverResponseCode === 'string' ? said.serverResponseCode : ''
  const answer = typeof said.responseText === 'string' ? said.responseText : ''
  const detail = answer ? `${nameOf(server)}: ${answer}`.slice(0, 500) : wordsOf(server, error)
  // RFC 5530: these say that the sign-in was not looked at.
  const passing = ['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG'].includes(code)
  if (said.authenticationFailed === true && !passing)
    return new ConnectorError({ kind: 'auth-expired', lost: 'token', detail }, { cause: error })
  if (readMailError(error).code === 'LiteralTooLarge')
    return unavailable(`${nameOf(server)}: a mail is larger than can be read`, error)
  return unavailable(detail, error)
}

async function leave(client: ImapFlow): Promise<void> {
  // What was asked for is done; how the connection ends is nobody's business.
  const farewell = client.usable ? client.logout().catch(() => undefined) : Promise.resolve()
  await Promise.race([farewell, new Promise((resolve) => setTimeout(resolve, 1000).unref())])
  client.close()
}

/** The folder of sent mail by its special use (RFC 6154), or by the names that are usual; null: none. */
export async function sentFolder(client: ImapFlow): Promise<string | null> {
  const folders = await client.list()
  const marked = folders.find((folder) => folder.specialUse === '\\Sent')
  const usual = ['sent', 'sent items', 'sent messages', 'inbox.sent']
  const named = folders.find((folder) => usual.includes(folder.path.toLowerCase()))
  return (marked ?? named)?.path ?? null
}

/** UIDs in a folder of mails with this Message-ID (without brackets). */
export async function uidsOf(
  client: ImapFlow,
  folder: string,
  messageId: string,
): Promise<number[]> {
  const lock = await client.getMailboxLock(folder, { readOnly: true })
  try {
    const found = await client.search({ header: { 'message-id': messageId } }, { uid: true })
    return Array.isArray(found) ? found : []
  } finally {
    lock.release()
  }
}
