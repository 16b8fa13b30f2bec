import { z } from 'zod'
import type { Json, Page, RawEvent } from '../contract.ts'
import { apiOf, ask, type TelegramSession } from './api.ts'
import { UpdateHead } from './schemas.ts'

/** What we want to be told. Reactions, polls, payments and the rest are nobody's question to a business. */
export const wanted = ['message', 'edited_message', 'my_chat_member'] as const

const most = 100
const AnyJson: z.ZodType<Json> = z.json()

/**
 * After a week without updates Telegram goes on with a random number, which may be lower: asking from the
 * old one would throw the new ones away. It keeps none longer than a day, so an old place is no use anyway.
 */
const staleMs = 3 * 24 * 3600_000

/**
 * Updates after the cursor. Asking from a number confirms everything before it, and Telegram forgets what
 * is confirmed: the cursor given here is one that is stored, so what is forgotten is stored as well.
 */
export async function receive(session: TelegramSession, cursor: string | null): Promise<Page> {
  const now = session.now().getTime()
  const place = readCursor(cursor)
  const offset = place && now - place.at < staleMs ? { offset: place.next } : {}
  const json = { ...offset, limit: most, timeout: 0, allowed_updates: wanted }
  const updates = await ask(apiOf(session), { method: 'getUpdates', json }, z.array(AnyJson))
  const last = UpdateHead.safeParse(updates.at(-1))
  return {
    events: updates.map(eventOf),
    cursor: last.success ? `${last.data.update_id + 1}@${now}` : cursor,
    more: updates.length === most,
  }
}

/**
 * An update as an event. Its number alone does not name it, since numbers begin anew after a quiet week:
 * a message has its chat and number there, which never come again.
 */
export function eventOf(update: Json): RawEvent {
  const head = UpdateHead.parse(update)
  const { message, edited_message: edited } = head
  if (message) return { id: `message:${message.chat.id}:${message.message_id}`, raw: update }
  if (edited) {
    const version = `${edited.edit_date ?? 0}:${head.update_id}`
    return { id: `edited:${edited.chat.id}:${edited.message_id}:${version}`, raw: update }
  }
  return { id: `update:${head.update_id}`, raw: update }
}

/** `<next update>@<when it was read, in milliseconds since 1970>` */
function readCursor(cursor: string | null): { next: number; at: number } | null {
  const [, next, at] = /^(\d+)@(\d+)$/.exec(cursor ?? '') ?? []
  return next && at ? { next: Number(next), at: Number(at) } : null
}
