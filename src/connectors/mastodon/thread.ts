import { z } from 'zod'
import type { Json, RawEvent } from '../contract.ts'
import { ConnectorError } from '../contract.ts'
import { apiOf, ask, type MastodonSession, request, wordsOf } from './api.ts'
import { AnyJson, goneEvent, statusEvent } from './raw.ts'
import { Status } from './schemas.ts'
import { versionOf } from './translate.ts'

const Context = z.object({ ancestors: z.array(AnyJson), descendants: z.array(AnyJson) })

/** A message with everything above and below it that the account may see, root first. */
export async function thread(
  session: MastodonSession,
  { remoteId }: { remoteId: string },
): Promise<RawEvent[]> {
  const api = apiOf(session)
  const path = `/api/v1/statuses/${encodeURIComponent(remoteId)}`
  const own = await request(api, { path })
  if (own.status === 404 || own.status === 410) return [goneEvent(remoteId, session.now())]
  const json = AnyJson.safeParse(own.body)
  if (own.status >= 300 || !own.isJson || !json.success)
    throw new ConnectorError({ kind: 'unavailable', detail: wordsOf(own.body, own.status) })
  const { ancestors, descendants } = await ask(api, { path: `${path}/context` }, Context)
  const all = [...ancestors, json.data, ...descendants]
  const root = rootAmong(all)
  return all.flatMap((each) => eventOf(each, root))
}

/** The first post of the list when nothing stands above it; a thread may be known only in part. */
function rootAmong(statuses: readonly Json[]): string | null {
  const first = Status.safeParse(statuses[0])
  return first.success && !first.data.in_reply_to_id ? first.data.id : null
}

function eventOf(json: Json, root: string | null): RawEvent[] {
  const status = Status.safeParse(json)
  if (!status.success) return []
  const { id } = status.data
  return [statusEvent({ id, version: versionOf(status.data) }, json, root)]
}
