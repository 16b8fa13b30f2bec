import { z } from 'zod'
import type { Json, RawEvent } from '../contract.ts'
import { type Api, apiOf, ask, type MastodonSession, request } from './api.ts'
import { AnyJson, goneEvent, statusEvent } from './raw.ts'
import { Status } from './schemas.ts'
import { versionOf } from './translate.ts'

export const recheckBatch = 20
const AT_ONCE = 4
type Known = { remoteId: string; version: string }

/**
 * Asks for messages again: all at once where the server can (Mastodon 4.3), one by one where it
 * cannot. Deleted is only what the server, asked for that one post, says it does not have.
 */
export async function recheck(
  session: MastodonSession,
  messages: readonly Known[],
): Promise<RawEvent[]> {
  const api = apiOf(session)
  const together = await readTogether(api, messages)
  const events: RawEvent[] = []
  const alone: Known[] = []
  for (const known of messages) {
    const json = together.get(known.remoteId)
    if (json === undefined) alone.push(known)
    else events.push(...changed(known, json))
  }
  for (let i = 0; i < alone.length; i += AT_ONCE) {
    const batch = alone.slice(i, i + AT_ONCE)
    const found = await Promise.all(batch.map((known) => readAlone(api, known, session.now())))
    events.push(...found.flat())
  }
  return events
}

async function readTogether(api: Api, messages: readonly Known[]): Promise<Map<string, Json>> {
  const query = { 'id[]': messages.map(({ remoteId }) => remoteId) }
  const { status, body } = await request(api, { path: '/api/v1/statuses', query })
  const parsed = z.array(AnyJson).safeParse(body)
  if (status !== 200 || !parsed.success) return new Map()
  return new Map(
    parsed.data.flatMap((json) => {
      const head = z.object({ id: z.string() }).safeParse(json)
      return head.success ? [[head.data.id, json] as const] : []
    }),
  )
}

async function readAlone(api: Api, known: Known, now: Date): Promise<RawEvent[]> {
  const path = `/api/v1/statuses/${encodeURIComponent(known.remoteId)}`
  const { status, body, isJson } = await request(api, { path })
  if (status === 404 || status === 410) {
    // A proxy in front of a server that is down says 404 as well, in HTML: not the API's word.
    if (!isJson) await ask(api, { path: '/api/v1/accounts/verify_credentials' }, z.object({}))
    return [goneEvent(known.remoteId, now)]
  }
  const json = AnyJson.safeParse(body)
  return status === 200 && json.success ? changed(known, json.data) : []
}

function changed(known: Known, json: Json): RawEvent[] {
  const status = Status.safeParse(json)
  if (!status.success) return []
  const version = versionOf(status.data)
  return version === known.version ? [] : [statusEvent({ id: known.remoteId, version }, json)]
}
