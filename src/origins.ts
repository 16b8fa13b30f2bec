import type { Db } from './platform/db.ts'
import { tcpOrigin } from './platform/http.ts'
import type { Log } from './platform/log.ts'
import { type Loop, startLoop } from './platform/loop.ts'

/** Private addresses that may be reached: those the operator named, and our own practice network. */
export function watchAllowedOrigins(
  db: Db,
  log: Log,
  always: readonly string[],
): Loop & {
  allows(url: URL): boolean
  allowsTcp(host: string, port: number): boolean
  refresh(): Promise<void>
} {
  let allowed = new Set(always)
  async function refresh(): Promise<void> {
    const rows = await db.selectFrom('allowed_origins').select('origin').execute()
    allowed = new Set([...always, ...rows.map(({ origin }) => origin)])
  }
  const loop = startLoop({ name: 'allowed-origins', everyMs: 2000, log, work: refresh })
  return {
    ...loop,
    refresh,
    allows: (url) => allowed.has(url.origin),
    allowsTcp: (host, port) => allowed.has(tcpOrigin(host, port)),
  }
}
