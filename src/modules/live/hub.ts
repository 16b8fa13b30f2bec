import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import { LiveEvent } from '../../../contract/events.ts'

const News = z.object({ workspace: z.uuid(), kind: z.string(), id: z.string() })

/** Largest backlog of one browser, in bytes; whoever reads slower is cut and reads everything anew. */
const mostUnsent = 256 * 1024
const heartbeatMs = 15_000

export type Hub = {
  /** Sends a workspace's news to this response until it closes. */
  join(workspaceId: string, response: ServerResponse): void
  /** Takes in one notification, as PostgreSQL sent it. */
  hear(payload: string): void
  /** Tells everybody to read everything again. */
  resync(): void
  close(): void
  size(): number
}

/** Brings news to the browsers of this process: each piece encoded once, sent to its workspace only. */
export function createHub(): Hub {
  const rooms = new Map<string, Set<ServerResponse>>()
  const heartbeat = setInterval(() => sendAll(': still here\n\n'), heartbeatMs)
  heartbeat.unref()

  function sendAll(text: string): void {
    for (const room of rooms.values()) send(room, text)
  }

  function send(room: ReadonlySet<ServerResponse>, text: string): void {
    const bytes = Buffer.from(text)
    const chunk = chunkOf(bytes)
    for (const response of room) sendOne(response, bytes, chunk)
  }

  return {
    join(workspaceId, response) {
      const room = rooms.get(workspaceId) ?? new Set()
      rooms.set(workspaceId, room.add(response))
      response.once('close', () => {
        room.delete(response)
        if (room.size === 0) rooms.delete(workspaceId)
      })
      response.write(`retry: 2000\n\n${encode({ kind: 'resync', id: '' })}`)
    },
    hear(payload) {
      const { workspace, kind, id } = News.parse(JSON.parse(payload))
      const room = rooms.get(workspace)
      if (room) send(room, encode(LiveEvent.parse({ kind, id })))
    },
    resync: () => sendAll(encode({ kind: 'resync', id: '' })),
    close() {
      clearInterval(heartbeat)
      for (const room of rooms.values()) for (const response of room) response.end()
    },
    size: () => [...rooms.values()].reduce((sum, room) => sum + room.size, 0),
  }
}

/**
 * Writes the chunk, made once for everybody, to the socket itself: a response would make it anew for each
 * browser, at twice the cost. Where the answer is not sent in chunks (HTTP/1.0), the response writes.
 */
function sendOne(response: ServerResponse, bytes: Buffer, chunk: Buffer): void {
  const { socket } = response
  if (response.writableEnded) return
  if (response.writableLength > mostUnsent) response.destroy()
  else if (socket?.writable && response.headersSent && response.chunkedEncoding) socket.write(chunk)
  else response.write(bytes)
}

/** One chunk of an HTTP/1.1 answer (RFC 9112, 7.1). */
function chunkOf(bytes: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ])
}

function encode(event: LiveEvent): string {
  return `event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`
}
