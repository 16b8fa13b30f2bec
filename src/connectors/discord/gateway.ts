import { z } from 'zod'
import { HttpError, type HttpSocket } from '../../platform/http.ts'
import { ConnectorError, type Json } from '../contract.ts'
import { apiOf, ask, type DiscordSession } from './api.ts'
import { type GatewaySession, gatewayOf, type Hint } from './cursor.ts'
import { newsOf } from './gateway-news.ts'
import { AnyJson, Application } from './schemas.ts'
import { readsEverything } from './verify.ts'

const GUILDS = 1 << 0
const GUILD_MESSAGES = 1 << 9
const DIRECT_MESSAGES = 1 << 12
const MESSAGE_CONTENT = 1 << 15
const HELLO_MS = 20_000
/** A bot may begin 1000 sessions a day; Discord takes its token away after that. */
const FEWEST_STARTS = 10

const Bot = z.object({
  url: z.string(),
  session_start_limit: z.object({ remaining: z.number(), reset_after: z.number() }),
})
const Packet = z.object({
  op: z.number(),
  d: z.unknown().optional(),
  s: z.number().nullish(),
  t: z.string().nullish(),
})
const Hello = z.object({ heartbeat_interval: z.number().min(100) })
const Ready = z.object({ session_id: z.string(), resume_gateway_url: z.string() })

/** One connection and what it has come to. */
type Line = {
  token: string
  intents: number
  me: string
  followed: Set<string>
  tell(hint: Hint): void
  send(op: number, d: Json): void
  close(): void
  session: GatewaySession | null
  seq: number | null
  toldSeq: number | null
  isGreeted: boolean
  isAnswered: boolean
  timers: Set<NodeJS.Timeout>
}

/**
 * The live connection (Gateway v10): rings for what concerns us, and is taken up again where the stored
 * cursor left it, so that nothing is missed in between. Ends when the connection ends; throws
 * ConnectorError when it cannot be opened, or when opening it again would be useless.
 */
export async function listen(
  session: DiscordSession,
  onNews: (hint?: Json) => void,
  signal: AbortSignal,
  cursor: string | null = null,
): Promise<void> {
  const api = apiOf(session)
  const application = await ask(api, { path: '/applications/@me' }, Application)
  const bot = await ask(api, { path: '/gateway/bot' }, Bot)
  const known = gatewayOf(cursor)
  checkStarts(bot, known, session.now())
  if (signal.aborted) return
  let socket: HttpSocket | null = null
  const everything = readsEverything(application) ? MESSAGE_CONTENT : 0
  const line: Line = {
    token: session.credential.botToken,
    intents: GUILDS | GUILD_MESSAGES | DIRECT_MESSAGES | everything,
    me: session.account.remoteId,
    followed: new Set(session.credential.channels),
    tell: (hint) => onNews(jsonOf(hint)),
    send: (op, d) => socket?.send(JSON.stringify({ op, d })),
    close: () => socket?.close(),
    session: known,
    seq: known?.seq ?? null,
    toldSeq: known?.seq ?? null,
    isGreeted: false,
    isAnswered: true,
    timers: new Set(),
  }
  try {
    const address = addressOf(known?.url ?? bot.url, session.service)
    const early: string[] = []
    let take = (text: string): void => {
      early.push(text)
    }
    socket = await api.http.websocket({ address, signal, onText: (text) => take(text) })
    take = (text) => onPacket(line, text)
    for (const text of early) take(text)
    later(line, HELLO_MS, () => {
      if (!line.isGreeted) line.close()
    })
    const { code } = await socket.closed
    if (!signal.aborted) judge(line, code)
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    // The address to resume at may be gone for good: the next try starts afresh.
    if (known) line.tell({ gateway: null })
    const detail = `the live connection could not be opened: ${error.message}`
    throw new ConnectorError({ kind: 'unavailable', detail }, { cause: error })
  } finally {
    for (const timer of line.timers) clearTimeout(timer)
  }
}

function checkStarts(bot: z.infer<typeof Bot>, known: GatewaySession | null, now: Date): void {
  const { remaining, reset_after } = bot.session_start_limit
  if (known !== null || remaining > FEWEST_STARTS) return
  const retryAt = new Date(now.getTime() + Math.max(reset_after, 1000))
  const detail = 'The bot has connected to Discord too often today.'
  throw new ConnectorError({ kind: 'rate-limited', retryAt, detail })
}

/** A server reached by https must not send the token elsewhere in clear. */
function addressOf(url: string, service: string): URL {
  if (!URL.canParse(url)) throw new HttpError('refused', 'Discord named no address to listen at')
  const address = new URL(url)
  if (service.startsWith('https:') && address.protocol !== 'wss:')
    throw new HttpError('refused', `${address.host} is not encrypted`)
  address.searchParams.set('v', '10')
  address.searchParams.set('encoding', 'json')
  return address
}

function onPacket(line: Line, text: string): void {
  const packet = Packet.safeParse(parse(text))
  if (!packet.success) return
  const { op, d, s, t } = packet.data
  if (typeof s === 'number') line.seq = s
  switch (op) {
    case 0:
      onDispatch(line, t ?? '', d)
      break
    case 1:
      beat(line)
      break
    case 7:
      line.close()
      break
    case 9:
      onInvalid(line, d === true)
      break
    case 10:
      onHello(line, d)
      break
    case 11:
      line.isAnswered = true
      tellProgress(line)
  }
}

function onHello(line: Line, d: unknown): void {
  const hello = Hello.safeParse(d)
  if (!hello.success) {
    line.close()
    return
  }
  const interval = hello.data.heartbeat_interval
  line.isGreeted = true
  // The first beat comes at a random moment, so that a crowd that comes back does not beat as one.
  later(line, interval * Math.random(), () => {
    beat(line)
    keepBeating(line, interval)
  })
  if (line.session) {
    const { id, seq } = line.session
    line.send(6, { token: line.token, session_id: id, seq })
  } else identify(line)
}

function keepBeating(line: Line, interval: number): void {
  later(line, interval, () => {
    // Nothing came back since the last beat: the connection is dead, whatever the socket believes.
    if (!line.isAnswered) {
      line.close()
      return
    }
    beat(line)
    keepBeating(line, interval)
  })
}

function beat(line: Line): void {
  line.isAnswered = false
  line.send(1, line.seq)
}

function identify(line: Line): void {
  const { token, intents } = line
  const properties = { os: 'linux', browser: 'parley', device: 'parley' }
  line.send(2, { token, intents, properties })
}

/** Wait a little, as asked, and begin anew on the same connection; or come back and resume. */
function onInvalid(line: Line, isResumable: boolean): void {
  if (isResumable) {
    line.close()
    return
  }
  line.session = null
  line.seq = null
  line.tell({ gateway: null })
  later(line, 1000 + 4000 * Math.random(), () => identify(line))
}

function onDispatch(line: Line, type: string, d: unknown): void {
  if (type === 'READY') {
    const ready = Ready.safeParse(d).data
    // Without the means to take it up again, it begins anew next time.
    line.session = ready
      ? { id: ready.session_id, url: ready.resume_gateway_url, seq: line.seq ?? 0 }
      : null
    tell(line, { isGap: true })
    return
  }
  const hint = type === 'RESUMED' ? {} : newsOf(type, d, line)
  if (hint) tell(line, hint)
}

function tell(line: Line, hint: Hint): void {
  if (line.session && line.seq !== null) line.session = { ...line.session, seq: line.seq }
  line.toldSeq = line.seq
  line.tell({ ...hint, gateway: line.session })
}

/** So that taking it up again does not tell everything of a long quiet time once more. */
function tellProgress(line: Line): void {
  if (line.session && line.seq !== line.toldSeq) tell(line, {})
}

/** Codes after which connecting again is useless or must begin anew; after all others it is resumed. */
function judge(line: Line, code: number): void {
  switch (code) {
    case 4004:
      throw expired(
        'token',
        'Discord no longer accepts the bot token. Connect again with a new one.',
      )
    case 4013:
    case 4014:
      throw expired(
        'scope',
        'Discord refuses what the bot asks to hear. Switch on Message Content Intent for it, under Bot in Discord’s developer pages, or leave it off and wait a minute.',
      )
    case 4010:
    case 4011:
    case 4012:
      throw new ConnectorError({
        kind: 'rejected',
        reason:
          'This bot is in more servers than one live connection may hold; it is asked for news instead.',
      })
    case 1000:
    case 4003:
    case 4007:
    case 4009:
      line.tell({ gateway: null })
  }
}

function expired(lost: 'token' | 'scope', detail: string): ConnectorError {
  return new ConnectorError({ kind: 'auth-expired', lost, detail })
}

function later(line: Line, ms: number, work: () => void): void {
  const timer = setTimeout(() => {
    line.timers.delete(timer)
    work()
  }, ms)
  line.timers.add(timer)
}

/** The same without what is not said, as it is kept. */
function jsonOf(hint: Hint): Json {
  return AnyJson.parse(JSON.parse(JSON.stringify(hint)))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
