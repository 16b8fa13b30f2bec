import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { ConnectorError } from '../contract.ts'
import type { EmailSession, MailServer } from './credential.ts'
import { notReached, smtpFailure } from './failures.ts'

const CONNECT_MS = 15_000
const SILENCE_MS = 60_000

export type Signed = {
  connection: SMTPConnection
  /** Bytes of a message, when the server says how many it takes. */
  mostBytes: number | null
}

/** Signs in to the outgoing server for the length of `work`. Throws ConnectorError. */
export async function withSmtp<Result>(
  session: Pick<EmailSession, 'dial' | 'credential' | 'now'>,
  work: (signed: Signed) => Promise<Result>,
): Promise<Result> {
  const { smtp, user, password, from } = session.credential
  const failed = (error: unknown) =>
    new ConnectorError(smtpFailure(error, { server: smtp, now: session.now(), bodyBegun: false }), {
      cause: error,
    })
  const connection = await open(session, smtp, from.address)
  // An error that nobody waits for is told by the next command, which then fails.
  connection.on('error', () => undefined)
  try {
    await step(connection, (done) => connection.connect(done)).catch((error: unknown) => {
      throw failed(error)
    })
    await step(connection, (done) =>
      connection.login(
        { type: 'LOGIN', user, pass: password, credentials: { user, pass: password } },
        done,
      ),
    ).catch((error: unknown) => {
      throw failed(error)
    })
    return await work({ connection, mostBytes: sizeOf(connection) })
  } finally {
    connection.quit()
    connection.close()
  }
}

/** Hands one message over. `unknown-outcome` when the connection broke after its text was begun. */
export async function submit(
  session: Pick<EmailSession, 'dial' | 'credential' | 'now'>,
  to: string,
  message: Buffer,
): Promise<{ messageId: string | null }> {
  const { smtp, from } = session.credential
  return withSmtp(session, async ({ connection }) => {
    let bodyBegun = false
    // Read only after the server said 354, so that reading it is the begin of the doubt.
    const body = Readable.from(
      (function* () {
        bodyBegun = true
        yield message
      })(),
    )
    const envelope = { from: from.address, to: [to], size: message.byteLength }
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        const failure = smtpFailure(error, { server: smtp, now: session.now(), bodyBegun })
        reject(new ConnectorError(failure, { cause: error }))
      }
      connection.once('error', fail)
      whenEnded(connection, fail)
      connection.send(envelope, body, (error, info) => {
        if (error) return fail(error)
        const said = info?.serverMessageId
        resolve({ messageId: typeof said === 'string' ? said.replace(/^<|>$/g, '') : null })
      })
    })
  })
}

async function open(
  session: Pick<EmailSession, 'dial'>,
  smtp: MailServer,
  address: string,
): Promise<SMTPConnection> {
  const to = await session.dial(smtp.host, smtp.port).catch((error: unknown) => {
    throw notReached(smtp, error)
  })
  return new SMTPConnection({
    host: to.address,
    port: smtp.port,
    secure: smtp.security === 'tls',
    requireTLS: smtp.security === 'starttls',
    ignoreTLS: smtp.security === 'none',
    name: address.slice(address.lastIndexOf('@') + 1),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    socketCloseTimeout: 0,
    ...(to.servername === null ? {} : { servername: to.servername }),
    tls: { minVersion: 'TLSv1.2' },
  })
}

function step(
  connection: SMTPConnection,
  begin: (done: (error?: Error | null) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject)
    whenEnded(connection, reject)
    begin((error) => {
      connection.off('error', reject)
      if (error) reject(error)
      else resolve()
    })
  })
}

/** The library tells of the end before it tells the command under way why: that one is heard first. */
function whenEnded(connection: SMTPConnection, tell: (error: Error) => void): void {
  connection.once('end', () => setImmediate(() => tell(new Error('the connection was closed'))))
}

/** What the server said to EHLO (RFC 1870); the library keeps it where its types do not show it. */
function sizeOf(connection: SMTPConnection): number | null {
  const size: unknown = Reflect.get(connection, '_maxAllowedSize')
  return typeof size === 'number' && size > 0 ? size : null
}
