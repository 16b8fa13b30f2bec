import type { DueList } from './due.ts'
import type { Faults } from './faults/engine.ts'
import type { Modes } from './faults/mode.ts'
import type { Hub, StreamEvent } from './hub.ts'
import type { Db } from './store/database.ts'
import type { Status } from './store/statuses.ts'

/** Everything the parts of the practice network share; built once in server.ts. */
export type Network = {
  db: Db
  now: () => number
  nextId: () => string
  /** the address of the server without a slash at the end */
  base: () => string
  hub: Hub
  due: DueList
  faults: Faults
  modes: Modes
  /** called after a status was posted: the scripted customers listen here */
  posted: Set<(status: Status) => void>
  /** the last requests to the Mastodon API, newest last */
  journal: JournalEntry[]
  /** stop listening on the port for a while */
  refuse: (seconds: number) => void
  log: (message: string, facts?: Record<string, unknown>) => void
}

export type JournalEntry = {
  at: string
  method: string
  path: string
  /** the answer's number, 0 when the connection was cut */
  status: number
  fault: string | null
  idempotency_key: string | null
}

/** Sends an event to one account's streams, through the faults that spoil streams. */
export function deliver(net: Network, accountId: string, event: StreamEvent): void {
  const unparseable = net.faults.take('unparseable', 'stream')
  const told = unparseable ? { ...event, data: `${event.data.slice(0, 40)}\u0000{{` } : event
  const copies = net.faults.take('duplicate', 'stream') ? 2 : 1
  // A notification has been late already when it was stored.
  const late = event.name === 'notification' ? undefined : net.faults.take('late', 'stream')
  const reordered = net.faults.take('out-of-order', 'stream')
  const send = () => {
    for (let n = 0; n < copies; n += 1) net.hub.publish(accountId, told)
  }
  if (reordered) holdBack(send)
  else if (late) setTimeout(send, late.ms ?? 5000).unref()
  else send()
}

const heldBack: (() => void)[] = []
const holdMs = 400

/** Out of order: events of a short while leave in reverse. */
function holdBack(send: () => void): void {
  heldBack.push(send)
  if (heldBack.length > 1) return
  setTimeout(() => {
    for (const each of heldBack.splice(0).reverse()) each()
  }, holdMs).unref()
}
