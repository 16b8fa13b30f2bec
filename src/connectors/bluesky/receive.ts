import { z } from 'zod'
import type { Page } from '../contract.ts'
import { apiOf, type BlueskySession } from './api.ts'
import { ChatCursor, readPrivate } from './chat.ts'
import { NotificationCursor, readNotifications } from './notifications.ts'

const Cursor = z.object({ public: NotificationCursor.nullable(), private: ChatCursor.nullable() })

/**
 * Mentions, replies and quotes, then private messages, each oldest first. With a null cursor, those of
 * the last three days. The cursor holds the place in both.
 */
export async function receive(session: BlueskySession, cursor: string | null): Promise<Page> {
  const api = apiOf(session)
  const place = cursor === null ? { public: null, private: null } : Cursor.parse(JSON.parse(cursor))
  const posts = await readNotifications(api, place.public)
  const messages = await readPrivate(api, place.private)
  const next = { public: posts.cursor, private: messages.cursor }
  const untouched = next.public === null && next.private === null
  return {
    events: [...posts.events, ...messages.events],
    cursor: untouched ? null : JSON.stringify(next),
    more: posts.more || messages.more,
  }
}
