import { z } from 'zod'
import { ConnectorError, type Json, type RawEvent } from '../contract.ts'
import { type Api, ask, type Call } from './api.ts'
import { lacksPrivateMessages } from './credential.ts'
import { tidAt } from './key.ts'
import { goneEvent, privateEvent, privateId } from './raw.ts'
import { AnyJson, ChatMessage, Profile } from './schemas.ts'

/** Bluesky's one service for private messages, reached through the account's own server. */
const CHAT = 'did:web:api.bsky.chat#bsky_chat'
const FIRST_DAYS_MS = 3 * 86_400_000
const PAGES_AT_ONCE = 5
/** How long a service that cannot be used is left alone. */
const DENIED_FOR_MS = 15 * 60_000
const AWAY_FOR_MS = 60_000

/** `rev` of the last entry read; `offUntil`: not to be asked before. */
export const ChatCursor = z.object({ rev: z.string(), offUntil: z.iso.datetime().nullable() })
export type ChatCursor = z.infer<typeof ChatCursor>
type Reading = { events: RawEvent[]; cursor: ChatCursor | null; more: boolean }

const LogEntry = z.object({
  $type: z.string().catch(''),
  rev: z.string().catch(''),
  convoId: z.string().catch(''),
  message: AnyJson.optional(),
  relatedProfiles: z.array(AnyJson).catch([]),
})
type LogEntry = z.infer<typeof LogEntry>

export function chatCall(name: string, parts: Omit<Call, 'name' | 'proxy'>): Call {
  return { name: `chat.bsky.convo.${name}`, proxy: CHAT, ...parts }
}

/**
 * Private messages since the cursor, in the order of the log. Where the app password or the server has
 * no access to them, nothing, and the same place to go on from: public messages must not wait for it.
 */
export async function readPrivate(api: Api, cursor: ChatCursor | null): Promise<Reading> {
  const now = api.session.now()
  const nothing = { events: [], cursor, more: false }
  if (lacksPrivateMessages(api.credential)) return nothing
  if (cursor?.offUntil && Date.parse(cursor.offUntil) > now.getTime()) return nothing
  const rev = cursor?.rev ?? tidAt(new Date(now.getTime() - FIRST_DAYS_MS))
  try {
    return await readLog(api, rev)
  } catch (error) {
    const ms = error instanceof ConnectorError ? pauseAfter(error) : null
    if (ms === null) throw error
    const offUntil = new Date(now.getTime() + ms).toISOString()
    return { ...nothing, cursor: { rev, offUntil } }
  }
}

/** The message and who sent it, as an event. */
export function eventOf(convoId: string, json: Json, profiles: readonly Json[]): RawEvent | null {
  const head = z.object({ id: z.string().min(1) }).safeParse(json)
  if (!head.success) return null
  const said = ChatMessage.safeParse(json)
  const sender = profiles.find((profile) => {
    const parsed = Profile.safeParse(profile)
    return said.success && parsed.success && parsed.data.did === said.data.sender.did
  })
  return privateEvent({ convoId, messageId: head.data.id }, json, sender ?? null)
}

async function readLog(api: Api, from: string): Promise<Reading> {
  const entries: LogEntry[] = []
  let rev = from
  let more = true
  for (let page = 0; more && page < PAGES_AT_ONCE; page++) {
    const call = chatCall('getLog', { query: { cursor: rev } })
    const { logs, cursor } = await ask(api, call, Log)
    const next = furthest(logs, cursor ?? '', rev)
    more = logs.length > 0 && next !== rev
    entries.push(...logs)
    rev = next
  }
  const events = await eventsOf(api, entries)
  return { events, cursor: { rev, offUntil: null }, more }
}

const Log = z.object({ logs: z.array(LogEntry), cursor: z.string().optional() })

/** Revisions are TIDs, which sort as text; the log must never send us back. */
function furthest(logs: readonly LogEntry[], cursor: string, from: string): string {
  const revs = [from, cursor, ...logs.map((entry) => entry.rev)]
  return revs.reduce((a, b) => (b > a ? b : a))
}

async function eventsOf(api: Api, entries: readonly LogEntry[]): Promise<RawEvent[]> {
  const named = entries.flatMap((entry) => entry.relatedProfiles)
  const profiles = [...named, ...(await missingProfiles(api, entries, named))]
  const events = new Map<string, RawEvent>()
  for (const entry of entries) {
    const event = eventOfEntry(api, entry, profiles)
    if (event) events.set(event.id, event)
  }
  return [...events.values()]
}

function eventOfEntry(api: Api, entry: LogEntry, profiles: readonly Json[]): RawEvent | null {
  const { $type, convoId, message } = entry
  const head = z.object({ id: z.string().min(1) }).safeParse(message)
  if (convoId === '' || message === undefined || !head.success) return null
  if ($type.endsWith('#logDeleteMessage'))
    return goneEvent(privateId(convoId, head.data.id), api.session.now())
  return $type.endsWith('#logCreateMessage') && ChatMessage.safeParse(message).success
    ? eventOf(convoId, message, profiles)
    : null
}

/** Log entries without profiles name their senders only by DID. */
async function missingProfiles(
  api: Api,
  entries: readonly LogEntry[],
  profiles: readonly Json[],
): Promise<Json[]> {
  const named = new Set(profiles.map(didOf))
  const senders = entries.flatMap(({ message }) => {
    const said = ChatMessage.safeParse(message)
    return said.success && !named.has(said.data.sender.did) ? [said.data.sender.did] : []
  })
  const dids = [...new Set(senders)]
  const found: Json[] = []
  for (let i = 0; i < dids.length; i += 25) {
    const actors = dids.slice(i, i + 25)
    const call = { name: 'app.bsky.actor.getProfiles', query: { actors } }
    found.push(...(await ask(api, call, z.object({ profiles: z.array(AnyJson) }))).profiles)
  }
  return found
}

function didOf(json: Json): string | null {
  const profile = Profile.safeParse(json)
  return profile.success ? profile.data.did : null
}

/** null: not a trouble of the private messages alone. */
function pauseAfter({ failure }: ConnectorError): number | null {
  switch (failure.kind) {
    case 'auth-expired':
      return failure.lost === 'scope' ? DENIED_FOR_MS : null
    case 'rejected':
      return DENIED_FOR_MS
    case 'rate-limited':
    case 'unavailable':
    case 'unknown-outcome':
      return AWAY_FOR_MS
  }
}
