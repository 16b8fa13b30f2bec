import type { Connector, Json, NetworkEvent } from '../../connectors/contract.ts'
import { messageOf } from '../../platform/errors.ts'

/** Bytes of a network's id, as UTF-8. AT URIs have some 100; an index holds 2700 for a whole key. */
const longestId = 1000
const lastYear = 9999

/**
 * Translates a raw event into something the database can hold, or says why it cannot be understood.
 * A connector believes what a server says; here nobody on a network can stop a channel with a strange byte.
 */
export function understand(
  connector: Pick<Connector, 'translate'>,
  account: { remoteId: string; handle: string },
  raw: Json,
): { event: NetworkEvent; problem: null } | { event: null; problem: string } {
  try {
    const event = storable(connector.translate(raw, account))
    checkEvent(event)
    return { event, problem: null }
  } catch (error) {
    return { event: null, problem: storable(messageOf(error)).slice(0, 2000) }
  }
}

/** The same value with every text well-formed and without NUL, which PostgreSQL refuses. */
function storable<Value>(value: Value): Value
function storable(value: unknown): unknown {
  return isStorable(value) ? value : mended(value)
}

/** Nearly all are, and looking is far cheaper than making them anew. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  if (value === null || typeof value !== 'object' || value instanceof Date) return true
  if (Array.isArray(value)) return value.every(isStorable)
  return Object.values(value).every(isStorable) && Object.keys(value).every(isStorable)
}

function mended(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\ufffd')
  if (value === null || typeof value !== 'object' || value instanceof Date) return value
  if (Array.isArray(value)) return value.map(mended)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [mended(key), mended(item)]))
}

function checkEvent(event: NetworkEvent): void {
  if (event.kind === 'ignored') return
  if (event.kind === 'deleted' || event.kind === 'returned') {
    checkTime(event.at)
    checkIds([event.remoteId])
    return
  }
  checkTime(event.createdAt)
  if (event.editedAt !== null) checkTime(event.editedAt)
  checkIds([event.remoteId, event.author.remoteId, event.parentId, event.rootId, event.quotedId])
}

function checkTime(time: Date): void {
  const year = time.getUTCFullYear()
  if (Number.isNaN(year)) throw new Error('it has a time that is none')
  if (year < 1 || year > lastYear) throw new Error(`it claims to be of the year ${year}`)
}

function checkIds(ids: readonly (string | null | undefined)[]): void {
  for (const id of ids)
    if (typeof id === 'string' && Buffer.byteLength(id) > longestId)
      throw new Error(`it has an id of more than ${longestId} bytes`)
}
