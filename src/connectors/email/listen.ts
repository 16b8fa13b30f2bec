import type { EmailSession } from './credential.ts'
import { rejected } from './failures.ts'
import { signIn } from './imap.ts'

/** Servers may end a silent connection after 30 minutes (RFC 2177); routers do it sooner. */
const RENEW_MS = 4 * 60_000

/** Waits on INBOX (IDLE), only to be woken. Ends when the connection does, or `signal` aborts. */
export async function listen(
  session: EmailSession,
  onNews: () => void,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return
  const client = await signIn(session, {
    autoIdleDelay: 50,
    maxIdleTime: RENEW_MS,
    socketTimeout: RENEW_MS + 60_000,
  })
  const ended = new Promise<void>((resolve) => client.once('close', () => resolve()))
  const leave = () => client.close()
  signal.addEventListener('abort', leave, { once: true })
  try {
    if (signal.aborted) return
    if (!client.capabilities.has('IDLE')) throw rejected('this server does not tell of new mail')
    client.on('exists', onNews)
    await client.mailboxOpen('INBOX', { readOnly: true })
    // Whatever came in while the folder was being opened.
    onNews()
    await ended
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', leave)
    client.close()
  }
}
