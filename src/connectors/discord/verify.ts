import type { Ability, Account } from '../contract.ts'
import { apiOf, ask, type DiscordSession } from './api.ts'
import { limits } from './limits.ts'
import { Application, User } from './schemas.ts'
import { avatarOf, handleOf } from './translate.ts'

/** Granted, and granted while a bot is in few servers (docs: application flags). */
const MESSAGE_CONTENT = (1 << 18) | (1 << 19)

const can: Ability = { can: true }
const cannot = (code: string, why: string): Ability => ({
  can: false,
  code: `discord.${code}`,
  why,
})

/** True when the bot may read what does not name it. */
export function readsEverything(application: Application): boolean {
  return ((application.flags ?? 0) & MESSAGE_CONTENT) !== 0
}

/** Who the bot is, what it may do and what fits into a message. Throws ConnectorError. */
export async function verify(session: DiscordSession): Promise<Account> {
  const api = apiOf(session)
  const user = await ask(api, { path: '/users/@me' }, User)
  const application = await ask(api, { path: '/applications/@me' }, Application)
  return {
    remoteId: user.id,
    handle: handleOf(user),
    displayName: user.global_name || user.username,
    avatarUrl: avatarOf(user),
    profileUrl: `https://discord.com/users/${user.id}`,
    limits,
    abilities: {
      'receive-public': can,
      'receive-unnamed': readsEverything(application)
        ? can
        : cannot(
            'message-content',
            'Discord shows this bot only messages that name it and private ones. To read answers that do not name it, switch on Message Content Intent for it, under Bot in Discord’s developer pages.',
          ),
      'receive-private': can,
      'reply-public': can,
      'reply-private': can,
      'write-first': cannot(
        'write-first',
        'A bot writes privately only to people who share a server with it and allow it. Parley answers, and never writes first.',
      ),
      media: can,
      'alt-text': can,
      'content-warning': cannot(
        'content-warning',
        'Discord has no content warnings. Words between || and || are hidden until they are pressed.',
      ),
      'follow-edits': can,
      'follow-deletions': can,
      stream: can,
    },
  }
}
