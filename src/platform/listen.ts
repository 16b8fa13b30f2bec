import pg from 'pg'
import type { Log } from './log.ts'

type ListenOptions = {
  url: string
  channels: readonly string[]
  onNotify(channel: string, payload: string): void
  /** Called after every (re)connection: what was said meanwhile was not heard. */
  onConnect(): void
  log: Log
}

/**
 * Listens to PostgreSQL notifications on a connection of its own, and opens it again whenever it is
 * lost. Resolves at once; the first connection may come later.
 */
export function listen({ url, channels, onNotify, onConnect, log }: ListenOptions): {
  stop(): Promise<void>
} {
  let stopped = false
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let tries = 0

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: url, keepAlive: true })
    let lost = false
    const again = (err?: Error) => {
      if (lost) return
      lost = true
      if (client === next) client = undefined
      if (stopped) return
      if (err) log.warn({ err }, 'the connection that hears notifications was lost')
      timer = setTimeout(() => void connect(), Math.min(100 * 2 ** tries, 5000))
      tries += 1
    }
    next.on('error', again)
    next.on('end', () => again())
    next.on('notification', ({ channel, payload }) => onNotify(channel, payload ?? ''))
    try {
      await next.connect()
      client = next
      for (const channel of channels) await next.query(`listen ${pg.escapeIdentifier(channel)}`)
      tries = 0
      onConnect()
      if (stopped) await next.end()
    } catch (error) {
      again(error instanceof Error ? error : new Error(String(error)))
    }
  }

  void connect()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await client?.end().catch(() => undefined)
    },
  }
}
