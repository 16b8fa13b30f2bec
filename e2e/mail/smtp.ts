import { SMTPServer } from 'smtp-server'

/** What the outgoing server does with the next mails instead of taking them. */
export type SmtpFault =
  | { at: 'mail' | 'rcpt' | 'data'; code: number; text: string }
  /** Takes the mail, and the connection ends before it says so. */
  | { at: 'answer' }
  /** The connection ends in the middle of the mail's text; nothing is taken. */
  | { at: 'text' }

export type Taken = { from: string; to: string[]; mail: Buffer }

type Options = {
  user: string
  password(): string
  take(taken: Taken): Promise<void>
  /** Offer STARTTLS with this certificate. */
  tls?: { key: string; cert: string }
  size?: number
}

/** A real SMTP server on a free port of 127.0.0.1; it hands on what it takes. */
export async function startSmtp({ user, password, take, tls, size = 5_000_000 }: Options) {
  let fault: SmtpFault | null = null
  const failAt = (at: string): Error | undefined =>
    fault && fault.at === at && 'code' in fault
      ? Object.assign(new Error(fault.text), { responseCode: fault.code })
      : undefined
  const cut = () => {
    for (const connection of server.connections) Reflect.get(connection, '_socket')?.destroy()
  }
  const server = new SMTPServer({
    size,
    ...(tls ?? { disabledCommands: ['STARTTLS'], allowInsecureAuth: true }),
    disableReverseLookup: true,
    authMethods: ['PLAIN', 'LOGIN'],
    onAuth(auth, _session, done) {
      if (auth.username === user && auth.password === password()) return done(null, { user })
      done(Object.assign(new Error('5.7.8 that is not the password'), { responseCode: 535 }))
    },
    onMailFrom: (_address, _session, done) => done(failAt('mail')),
    onRcptTo: (_address, _session, done) => done(failAt('rcpt')),
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      if (fault?.at === 'text') {
        stream.once('data', cut)
        stream.on('error', () => undefined)
        return
      }
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const refused = failAt('data')
        if (refused) return done(refused)
        if (stream.sizeExceeded)
          return done(Object.assign(new Error('5.3.4 too large'), { responseCode: 552 }))
        const { mailFrom, rcptTo } = session.envelope
        const taken = {
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          mail: Buffer.concat(chunks),
        }
        take(taken).then(() => {
          if (fault?.at !== 'answer') return done(null, 'queued')
          fault = null
          cut()
        }, done)
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    port: address.port,
    setFault(next: SmtpFault | null) {
      fault = next
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
