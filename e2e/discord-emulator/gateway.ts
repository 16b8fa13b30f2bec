import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import type { Town } from './town.ts'

const Packet = z.object({ op: z.number(), d: z.unknown().optional() })
const Identify = z.object({ token: z.string(), intents: z.number() })
const Resume = z.object({ token: z.string(), session_id: z.string(), seq: z.number() })

type Told = { op: 0; t: string; d: unknown; s: number }
type GatewaySession = { id: string; told: Told[]; socket: WebSocket | null; isResumable: boolean }

export type Gateway = {
  /** Tells every session; what a session cannot hear now it is told when it resumes. */
  dispatch(t: string, d: unknown): void
  /** Cuts the connections; sessions can be resumed. */
  drop(): void
  /** Asks all to reconnect (op 7). */
  askReconnect(): void
  /** Ends the sessions (op 9): `isResumable` lets them try. */
  invalidate(isResumable: boolean): void
  closeWith(code: number): void
  mode: { heartbeatMs: number; isDeaf: boolean; isDouble: boolean; refuseWith: number | null }
  seen: { identifies: number; resumes: number; heartbeats: number; intents: number }
  close(): void
}

/** The gateway v10 as it is published: hello, identify or resume, heartbeats, dispatches in sequence. */
export function startGateway(server: Server, town: Town, token: () => string): Gateway {
  const sockets = new WebSocketServer({ server, path: '/gateway' })
  const sessions = new Map<string, GatewaySession>()
  const mode: Gateway['mode'] = {
    heartbeatMs: 500,
    isDeaf: false,
    isDouble: false,
    refuseWith: null,
  }
  const seen = { identifies: 0, resumes: 0, heartbeats: 0, intents: 0 }
  sockets.on('connection', (socket) => {
    const send = (packet: object) => socket.send(JSON.stringify(packet))
    send({ op: 10, d: { heartbeat_interval: mode.heartbeatMs } })
    socket.on('error', () => socket.terminate())
    socket.on('message', (data) => {
      const packet = Packet.safeParse(JSON.parse(data.toString()))
      if (!packet.success) return socket.close(4002)
      const { op, d } = packet.data
      if (op === 1) {
        seen.heartbeats += 1
        if (!mode.isDeaf) send({ op: 11, d: null })
      } else if (op === 2) identify(socket, d)
      else if (op === 6) resume(socket, d)
      else socket.close(4001)
    })
  })

  function identify(socket: WebSocket, d: unknown) {
    const wish = Identify.safeParse(d)
    if (mode.refuseWith !== null) return socket.close(mode.refuseWith)
    if (!wish.success) return socket.close(4002)
    if (wish.data.token !== token()) return socket.close(4004)
    if ((wish.data.intents & (1 << 15)) !== 0 && town.flags === 0) return socket.close(4014)
    seen.identifies += 1
    seen.intents = wish.data.intents
    const session: GatewaySession = { id: randomUUID(), told: [], socket, isResumable: true }
    sessions.set(session.id, session)
    socket.on('close', (code) => {
      if (session.socket === socket) session.socket = null
      if (code === 1000 || code === 1001) session.isResumable = false
    })
    tell(session, 'READY', {
      v: 10,
      user: town.bot,
      guilds: [{ id: town.guildId, unavailable: true }],
      session_id: session.id,
      resume_gateway_url: urlOf(server),
    })
    tell(session, 'GUILD_CREATE', {
      id: town.guildId,
      threads: [...town.channels.values()]
        .filter(({ type, archived }) => type === 11 && !archived)
        .map(({ id, parentId, joined }) => ({
          id,
          parent_id: parentId,
          ...(joined ? { member: {} } : {}),
        })),
    })
  }

  function resume(socket: WebSocket, d: unknown) {
    const wish = Resume.safeParse(d)
    const session = wish.success ? sessions.get(wish.data.session_id) : undefined
    if (wish.success && wish.data.token !== token()) return socket.close(4004)
    if (!wish.success || !session?.isResumable)
      return socket.send(JSON.stringify({ op: 9, d: false }))
    seen.resumes += 1
    session.socket = socket
    for (const told of session.told) if (told.s > wish.data.seq) socket.send(JSON.stringify(told))
    tell(session, 'RESUMED', {})
  }

  function tell(session: GatewaySession, t: string, d: unknown): void {
    const told: Told = { op: 0, t, d, s: session.told.length + 1 }
    session.told.push(told)
    const text = JSON.stringify(told)
    session.socket?.send(text)
    if (mode.isDouble) session.socket?.send(text)
  }

  const everyone = () => [...sessions.values()].flatMap(({ socket }) => (socket ? [socket] : []))
  return {
    dispatch: (t, d) => {
      for (const session of sessions.values()) tell(session, t, d)
    },
    drop: () => {
      for (const socket of everyone()) socket.terminate()
    },
    askReconnect: () => {
      for (const socket of everyone()) socket.send(JSON.stringify({ op: 7, d: null }))
    },
    invalidate: (isResumable) => {
      for (const session of sessions.values()) {
        session.isResumable = isResumable
        session.socket?.send(JSON.stringify({ op: 9, d: isResumable }))
        if (!isResumable) session.socket = null
      }
    },
    closeWith: (code) => {
      for (const socket of everyone()) socket.close(code)
    },
    mode,
    seen,
    close: () => {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}

/** Where the gateway of a listening server is. */
export function urlOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the emulator has no port')
  return `ws://127.0.0.1:${address.port}/gateway`
}
