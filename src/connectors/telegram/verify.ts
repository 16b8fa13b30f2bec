import type { z } from 'zod'
import { type Ability, type Account, ConnectorError } from '../contract.ts'
import { apiOf, ask, type TelegramSession } from './api.ts'
import { limits } from './limits.ts'
import { Me, WebhookInfo } from './schemas.ts'

const can: Ability = { can: true }
const cannot = (code: string, why: string): Ability => ({
  can: false,
  why,
  code: `telegram.${code}`,
})

/** An error of the webhook that is older than this is over, or nothing came since. Milliseconds. */
const freshMs = 5 * 60_000

/** Who the bot is, what it sees, and whether what Telegram brings arrives. Throws ConnectorError. */
export async function verify(session: TelegramSession): Promise<Account> {
  const api = apiOf(session)
  const me = await ask(api, { method: 'getMe' }, Me)
  const hooked = session.credential.receiveBy === 'webhook'
  if (hooked) checkWebhook(await ask(api, { method: 'getWebhookInfo' }, WebhookInfo), session.now())
  const groups = me.can_join_groups
    ? can
    : cannot(
        'no-groups',
        'BotFather does not let this bot join groups (/setjoingroups). Private chats work.',
      )
  return {
    remoteId: String(me.id),
    handle: me.username,
    displayName: me.first_name || me.username,
    avatarUrl: null,
    profileUrl: `https://t.me/${me.username}`,
    limits,
    abilities: {
      'receive-public': me.can_join_groups && !me.can_read_all_group_messages ? privacy : groups,
      'receive-private': can,
      'reply-public': groups,
      'reply-private': can,
      media: can,
      'alt-text': cannot(
        'no-alt-text',
        'Telegram has no description of pictures for people who cannot see them.',
      ),
      'content-warning': cannot('no-warnings', 'Telegram has no content warnings.'),
      'follow-edits': can,
      'follow-deletions': cannot(
        'no-deletions',
        'Telegram does not tell a bot when somebody deletes a message.',
      ),
      stream: hooked
        ? can
        : cannot(
            'no-webhook',
            'Telegram is asked for news every few seconds. A webhook brings them at once.',
          ),
    },
  }
}

const privacy = cannot(
  'privacy-mode',
  'In groups the bot sees only commands and answers to its own messages, because its privacy mode is on. Turn it off at BotFather (/setprivacy), remove the bot from the group and add it again.',
)

function checkWebhook(info: z.infer<typeof WebhookInfo>, now: Date): void {
  const { last_error_date: at = 0, last_error_message: words, pending_update_count: waiting } = info
  if (waiting === 0 || words === undefined || now.getTime() - at * 1000 > freshMs) return
  throw new ConnectorError({
    kind: 'unavailable',
    detail: `${waiting} messages wait at Telegram, because Parley’s address does not take them: ${words}`,
  })
}
