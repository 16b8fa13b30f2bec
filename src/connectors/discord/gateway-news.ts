import { z } from 'zod'
import type { Hint } from './cursor.ts'
import { Id } from './schemas.ts'

const Someone = z.object({ id: Id })
const Said = z.object({
  channel_id: Id,
  guild_id: Id.nullish(),
  mentions: z.array(Someone).catch([]).default([]),
  referenced_message: z.object({ author: Someone }).nullish().catch(null),
})
const Thread = z.object({
  id: Id,
  parent_id: Id.nullish().catch(null),
  member: z.unknown().optional(),
})
const Threads = z.object({ threads: z.array(Thread).catch([]).default([]) })
const Joined = z.object({
  id: Id,
  added_members: z
    .array(z.object({ user_id: Id.optional() }))
    .catch([])
    .default([]),
})

/** Who listens, and the channels and threads in which everything concerns them; threads are added. */
type Listener = { me: string; followed: Set<string> }

/** What a happening on Discord means for receiving; null: nothing. A strange one is looked after. */
export function newsOf(type: string, d: unknown, listener: Listener): Hint | null {
  switch (type) {
    case 'MESSAGE_CREATE':
    case 'MESSAGE_UPDATE':
      return saidOf(d, listener)
    case 'MESSAGE_DELETE':
    case 'MESSAGE_DELETE_BULK':
      return {}
    case 'GUILD_CREATE':
      for (const thread of Threads.safeParse(d).data?.threads ?? []) follow(thread, listener)
      return {}
    case 'THREAD_CREATE': {
      const thread = Thread.safeParse(d).data
      return thread && follow(thread, listener) ? { channel: thread.id } : null
    }
    case 'THREAD_MEMBERS_UPDATE': {
      const joined = Joined.safeParse(d).data
      if (!joined?.added_members.some(({ user_id }) => user_id === listener.me)) return null
      listener.followed.add(joined.id)
      return { channel: joined.id }
    }
    default:
      return null
  }
}

function saidOf(d: unknown, { me, followed }: Listener): Hint | null {
  const said = Said.safeParse(d).data
  if (!said) return {}
  const { channel_id: channel, guild_id, mentions, referenced_message } = said
  if (!guild_id) return { channel, isDirect: true }
  const isOurs =
    followed.has(channel) ||
    mentions.some(({ id }) => id === me) ||
    referenced_message?.author.id === me
  return isOurs ? { channel } : null
}

function follow(thread: z.infer<typeof Thread>, { followed }: Listener): boolean {
  const isOurs = thread.member !== undefined || followed.has(thread.parent_id ?? '')
  if (isOurs) followed.add(thread.id)
  return isOurs
}
