/** Who is listening to the live streams. Knows nothing of statuses: it gets finished events. */
export function createHub(heartbeatMs: number): Hub {
  const listeners = new Set<Listener>()
  const heartbeat = setInterval(() => {
    for (const listener of listeners) listener.write(':thump\n')
  }, heartbeatMs)
  heartbeat.unref()
  return {
    add(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    publish(accountId, event) {
      for (const listener of listeners) {
        if (listener.accountId !== accountId || !event.streams.includes(listener.stream)) continue
        listener.write(`event: ${event.name}\ndata: ${event.data}\n\n`)
      }
    },
    closeAll() {
      for (const listener of [...listeners]) listener.close()
      listeners.clear()
    },
    count: () => listeners.size,
    stop: () => clearInterval(heartbeat),
  }
}

export type StreamName = 'user' | 'user:notification' | 'direct'
export type StreamEvent = {
  name: 'update' | 'notification' | 'delete' | 'status.update' | 'conversation'
  data: string
  streams: StreamName[]
}
export type Listener = {
  accountId: string
  stream: StreamName
  write: (chunk: string) => void
  close: () => void
}
export type Hub = {
  add: (listener: Listener) => () => void
  publish: (accountId: string, event: StreamEvent) => void
  closeAll: () => void
  count: () => number
  stop: () => void
}
