import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { APIMessage } from 'discord-api-types/v10'
import { z } from 'zod'
import type { Faults } from './faults.ts'
import {
  channelView,
  messagesIn,
  openChannel,
  shown,
  type Town,
  type TownChannel,
  type TownMessage,
  write,
} from './town.ts'

/** An answer, or a refusal by Discord's number. */
type Answer = { status: number; body?: unknown }
type Asked = { method: string; path: string; query: URLSearchParams; body: Body | null }
type Body = { json: unknown; files: { name: string; type: string; size: number }[] }

export type Rest = {
  town: Town
  faults: Faults
  token(): string
  gatewayUrl(): string
  startsLeft(): number
  /** Refusals by channel, in answer to sends. */
  refusals: Map<string, number>
  /** Every request that was met: method, path and, of sends, what was sent. */
  log: { method: string; path: string; body: unknown }[]
  onMessage(message: TownMessage): void
}

const WORDS: Record<number, [number, string]> = {
  10003: [404, 'Unknown Channel'],
  10008: [404, 'Unknown Message'],
  50001: [403, 'Missing Access'],
  50007: [403, 'Cannot send messages to this user'],
  50013: [403, 'Missing Permissions'],
  50035: [400, 'Invalid Form Body'],
}
/** Discord keeps a nonce for some minutes. */
const NONCE_MS = 5 * 60_000

const Send = z.object({
  content: z.string().default(''),
  nonce: z.string().max(25).optional(),
  enforce_nonce: z.boolean().default(false),
  allowed_mentions: z
    .object({ parse: z.array(z.string()), users: z.array(z.string()), replied_user: z.boolean() })
    .optional(),
  message_reference: z
    .object({ message_id: z.string(), fail_if_not_exists: z.boolean().default(true) })
    .optional(),
  attachments: z
    .array(z.object({ id: z.number(), filename: z.string(), description: z.string().optional() }))
    .default([]),
})

/** Answers one request as REST v10 is published, with the faults that are in line. */
export async function answerRest(
  rest: Rest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const path = url.pathname.replace(/^\/api\/v10/, '')
  const method = request.method ?? 'GET'
  const bytes = Buffer.concat(await request.toArray())
  const isSend = method === 'POST' && path.endsWith('/messages')
  const fault = rest.faults.meet(isSend)
  const body = await readBody(bytes, request.headers['content-type'] ?? '')
  rest.log.push({ method, path, body: body?.json ?? null })
  const asked = { method, path, query: url.searchParams, body }
  if (fault === 'garbage') return void response.writeHead(200).end('<html>It works!</html>')
  if (fault === 'late') {
    request.socket.destroy()
    await sleep(700)
    route(rest, asked)
    return
  }
  const answer = fault ? faulty(fault) : authorized(rest, request, asked)
  if (fault === 'cut-after-taken') {
    authorized(rest, request, asked)
    request.socket.destroy()
    return
  }
  response.writeHead(answer.status, { 'content-type': 'application/json' })
  response.end(answer.body === undefined ? '' : JSON.stringify(answer.body))
}

function authorized(rest: Rest, request: IncomingMessage, asked: Asked): Answer {
  if (request.headers.authorization !== `Bot ${rest.token()}`)
    return { status: 401, body: { message: '401: Unauthorized', code: 0 } }
  return route(rest, asked)
}

function faulty(fault: string): Answer {
  if (fault === 'rate-limited')
    return {
      status: 429,
      body: { message: 'You are being rate limited.', retry_after: 1.5, global: false },
    }
  if (fault === 'expired-token')
    return { status: 401, body: { message: '401: Unauthorized', code: 0 } }
  return { status: 503, body: { message: 'upstream connect error', code: 0 } }
}

function route(rest: Rest, asked: Asked): Answer {
  const { town } = rest
  const { method, path, query, body } = asked
  const [first, id = '', second, third, fourth] = path.split('/').slice(1)
  if (path === '/users/@me') return { status: 200, body: town.bot }
  if (path === '/applications/@me')
    return { status: 200, body: { id: town.bot.id, name: 'shop', flags: town.flags } }
  if (path === '/gateway/bot')
    return {
      status: 200,
      body: {
        url: rest.gatewayUrl(),
        shards: 1,
        session_start_limit: {
          total: 1000,
          remaining: rest.startsLeft(),
          reset_after: 60_000,
          max_concurrency: 1,
        },
      },
    }
  if (path === '/users/@me/guilds')
    return { status: 200, body: query.has('after') ? [] : [{ id: town.guildId, name: 'Town' }] }
  if (method === 'POST' && path === '/users/@me/channels') return openDirect(rest, body?.json)
  if (first === 'guilds') return guildAnswer(town, id, `${second}/${third ?? ''}`)
  if (first !== 'channels') return refuse(0)
  const channel = town.channels.get(id)
  if (!channel) return refuse(10003)
  if (channel.hidden) return refuse(50001)
  if (second === undefined) return { status: 200, body: channelView(town, channel) }
  if (second === 'threads') return { status: 200, body: closedThreads(town, channel) }
  if (second === 'messages' && third === undefined)
    return method === 'POST' ? send(rest, channel, body) : list(town, channel, query)
  const message = town.messages.get(third ?? '')
  if (second !== 'messages' || fourth !== undefined) return refuse(0)
  if (!message || message.deleted || message.channel_id !== id) return refuse(10008)
  return { status: 200, body: shown(town, message) }
}

function guildAnswer(town: Town, id: string, what: string): Answer {
  if (id !== town.guildId) return refuse(10003)
  const all = [...town.channels.values()].filter(({ guildId }) => guildId === id)
  if (what === 'channels/')
    return {
      status: 200,
      body: all.filter(({ type }) => type === 0).map((one) => channelView(town, one)),
    }
  const threads = all.filter(({ type, archived }) => type === 11 && !archived)
  const members = threads
    .filter(({ joined }) => joined)
    .map((thread) => ({ id: thread.id, user_id: town.bot.id }))
  return { status: 200, body: { threads: threads.map((one) => channelView(town, one)), members } }
}

function closedThreads(town: Town, { id }: TownChannel) {
  const threads = [...town.channels.values()].filter(
    ({ parentId, archived }) => parentId === id && archived,
  )
  return { threads: threads.map((one) => channelView(town, one)), members: [], has_more: false }
}

/** With `after` the oldest ones after it, newest first all the same. */
function list(town: Town, channel: TownChannel, query: URLSearchParams): Answer {
  const limit = Number(query.get('limit') ?? 50)
  if (!(limit >= 1 && limit <= 100)) return refuse(50035)
  const after = query.get('after')
  const all = messagesIn(town, channel.id)
  const found =
    after === null
      ? all.slice(-limit)
      : all.filter(({ id }) => BigInt(id) > BigInt(after)).slice(0, limit)
  return { status: 200, body: found.toReversed().map((message) => shown(town, message)) }
}

function send(rest: Rest, channel: TownChannel, body: Body | null): Answer {
  const { town } = rest
  const refusal = rest.refusals.get(channel.id)
  if (refusal) return refuse(refusal)
  const parsed = Send.safeParse(body?.json)
  if (!parsed.success) return refuse(50035, parsed.error.message)
  const { content, nonce, enforce_nonce, message_reference: reference, attachments } = parsed.data
  const files = body?.files ?? []
  if ([...content].length > 2000) return refuse(50035, 'Must be 2000 or fewer in length.')
  if (content.trim() === '' && files.length === 0)
    return refuse(50035, 'Cannot send an empty message')
  const earlier = enforce_nonce && nonce !== undefined ? withKey(town, nonce) : undefined
  if (earlier) return { status: 200, body: { ...shown(town, earlier), nonce } }
  const parent = reference && town.messages.get(reference.message_id)
  const stands = parent && !parent.deleted && parent.channel_id === channel.id
  if (reference?.fail_if_not_exists && !stands) return refuse(50035, 'Unknown message')
  const message = write(town, {
    author: town.bot,
    channelId: channel.id,
    content,
    replyTo: stands ? parent.id : null,
    key: nonce ?? null,
    attachments: files.map((file, index) =>
      attachmentOf(town, file, attachments[index]?.description),
    ),
  })
  rest.onMessage(message)
  return { status: 200, body: { ...shown(town, message), nonce } }
}

function withKey(town: Town, nonce: string): TownMessage | undefined {
  return [...town.messages.values()].find(
    ({ key, timestamp }) => key === nonce && Date.now() - Date.parse(timestamp) < NONCE_MS,
  )
}

export function attachmentOf(
  town: Town,
  file: { name: string; type: string; size: number },
  description: string | undefined,
): APIMessage['attachments'][number] {
  const id = town.nextId()
  const url = `https://cdn.discordapp.com/attachments/1/${id}/${file.name}?ex=1&is=1&hm=0`
  return {
    id,
    filename: file.name,
    size: file.size,
    url,
    proxy_url: url,
    content_type: file.type,
    ...(description === undefined ? {} : { description }),
  }
}

function openDirect({ town }: Rest, json: unknown): Answer {
  const wanted = z.object({ recipient_id: z.string() }).safeParse(json)
  if (!wanted.success || !town.users.has(wanted.data.recipient_id)) return refuse(50035)
  return { status: 200, body: channelView(town, directWith(town, wanted.data.recipient_id)) }
}

/** The private channel with a person, made when there is none. */
export function directWith(town: Town, userId: string): TownChannel {
  const known = [...town.channels.values()].find((channel) => channel.with === userId)
  if (known) return known
  const made = openChannel({ id: town.nextId(), type: 1, name: '', with: userId })
  town.channels.set(made.id, made)
  return made
}

function refuse(code: number, inner?: string): Answer {
  const [status, message] = WORDS[code] ?? [404, '404: Not Found']
  const errors =
    inner === undefined ? {} : { errors: { content: { _errors: [{ message: inner }] } } }
  return { status, body: { message, code, ...errors } }
}

async function readBody(bytes: Buffer, type: string): Promise<Body | null> {
  if (bytes.length === 0) return null
  if (!type.startsWith('multipart/')) return { json: JSON.parse(bytes.toString('utf8')), files: [] }
  const form = await new Response(Uint8Array.from(bytes), {
    headers: { 'content-type': type },
  }).formData()
  const files = [...form.entries()].flatMap(([name, value]) =>
    name.startsWith('files[') && typeof value !== 'string'
      ? [{ name: value.name, type: value.type, size: value.size }]
      : [],
  )
  return { json: JSON.parse(String(form.get('payload_json'))), files }
}
