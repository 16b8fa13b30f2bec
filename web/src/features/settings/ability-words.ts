import { useLingui } from '@lingui/react/macro'
import type { AbilityView } from '../../../../contract/channels.ts'
import { serverWords } from '../../lib/server-words.ts'

export type AbilityWords = {
  name: string
  /** What it means for the desk when it can be done. */
  does: string
}

/** Why something cannot be done, and what would change it, when something would. */
export type Reason = { why: string; change: string | null }

/** In the order in which a shop owner asks. */
export const abilityGroups = {
  receiving: ['receive-public', 'receive-unnamed', 'receive-private', 'stream'],
  following: ['follow-edits', 'follow-deletions'],
  answering: [
    'reply-public',
    'reply-private',
    'write-first',
    'media',
    'alt-text',
    'content-warning',
  ],
} as const

/** Names of abilities and what each brings; one that is new here is called by its own name. */
export function useAbilityWords(): (name: string) => AbilityWords {
  const { t } = useLingui()
  const words: Record<string, AbilityWords> = {
    'receive-public': {
      name: t`Receive what is said in public`,
      does: t`Public messages to you come into the inbox.`,
    },
    'receive-unnamed': {
      name: t`Receive what does not name you`,
      does: t`Answers and messages in your channels come in even if they do not name you.`,
    },
    'receive-private': {
      name: t`Receive private messages`,
      does: t`What customers write to you alone comes into the inbox.`,
    },
    stream: {
      name: t`Receive within seconds`,
      does: t`The network tells us at once when somebody writes.`,
    },
    'follow-edits': {
      name: t`See what customers change`,
      does: t`When a customer changes a message, you see the new words.`,
    },
    'follow-deletions': {
      name: t`See what customers delete`,
      does: t`When a customer takes a message back, its words go here too.`,
    },
    'reply-public': {
      name: t`Reply in public`,
      does: t`Your reply stands under the message, where everybody can read it.`,
    },
    'reply-private': {
      name: t`Reply in private`,
      does: t`Private messages are answered where only the customer reads it.`,
    },
    'write-first': {
      name: t`Write first to somebody`,
      does: t`You can write to people who have not written to you.`,
    },
    media: { name: t`Send pictures`, does: t`Pictures can go with a reply.` },
    'alt-text': {
      name: t`Describe pictures`,
      does: t`Your description is there for people who cannot see the picture.`,
    },
    'content-warning': {
      name: t`Put words behind a content warning`,
      does: t`Readers choose whether to open what stands behind the warning.`,
    },
  }
  return (name) => words[name] ?? { name, does: '' }
}

/** The reason in the reader's language, with what to change; one without a code is the connector's sentence. */
export function useReasonWords(): (ability: Extract<AbilityView, { can: false }>) => Reason {
  const words = {
    ...useDiscordReasons(),
    ...useEmailReasons(),
    ...useFeedReasons(),
    ...useOpenReasons(),
    ...useTelegramReasons(),
  }
  return ({ code, why }) =>
    (code === undefined ? undefined : words[code]) ?? { why: serverWords(why), change: null }
}

function useDiscordReasons(): Record<string, Reason> {
  const { t } = useLingui()
  return {
    'discord.message-content': {
      why: t`Discord shows this bot only messages that name it, and private ones.`,
      change: t`Switch on Message Content Intent for it, under Bot in Discord’s developer pages.`,
    },
    'discord.write-first': {
      why: t`A bot may write privately only to people who share a server with it and allow it. Parley answers and never writes first.`,
      change: null,
    },
    'discord.content-warning': {
      why: t`Discord has no content warnings.`,
      change: t`Words between || and || are hidden until somebody presses them.`,
    },
  }
}

function useEmailReasons(): Record<string, Reason> {
  const { t } = useLingui()
  return {
    'email.nothing-public': {
      why: t`E-mail is between two sides: nothing about it is public.`,
      change: null,
    },
    'email.no-warnings': { why: t`E-mail has no content warnings.`, change: null },
    'email.no-edits': { why: t`An e-mail that was sent cannot be changed.`, change: null },
    'email.no-deletions': { why: t`An e-mail that was sent cannot be taken back.`, change: null },
    'email.no-idle': {
      why: t`This server does not tell of new mail. We ask it every few seconds.`,
      change: t`A mailbox at a provider whose server can do IDLE; most can.`,
    },
  }
}

function useFeedReasons(): Record<string, Reason> {
  const { t } = useLingui()
  return {
    'feed.no-answers': {
      why: t`A feed can only be read.`,
      change: t`Open the message on its site and answer there.`,
    },
    'feed.nothing-private': { why: t`A feed shows what is public.`, change: null },
    'feed.no-edits': { why: t`Only feeds that date their changes tell of them.`, change: null },
    'feed.no-deletions': {
      why: t`A feed does not say what was deleted on its site.`,
      change: null,
    },
    'feed.no-stream': { why: t`A feed is asked for news every few minutes.`, change: null },
  }
}

function useTelegramReasons(): Record<string, Reason> {
  const { t } = useLingui()
  return {
    'telegram.no-groups': {
      why: t`This bot may not join groups. Private chats work.`,
      change: t`Allow it at BotFather with /setjoingroups.`,
    },
    'telegram.privacy-mode': {
      why: t`In groups the bot sees only commands and answers to its own messages, because its privacy mode is on.`,
      change: t`Turn it off at BotFather with /setprivacy, remove the bot from the group and add it again.`,
    },
    'telegram.no-alt-text': {
      why: t`Telegram has no description of pictures for people who cannot see them.`,
      change: null,
    },
    'telegram.no-warnings': { why: t`Telegram has no content warnings.`, change: null },
    'telegram.no-deletions': {
      why: t`Telegram does not tell a bot when somebody deletes a message.`,
      change: null,
    },
    'telegram.no-webhook': {
      why: t`Telegram is asked for news every few seconds.`,
      change: t`A webhook brings them at once: connect the account again and choose it.`,
    },
  }
}

function useOpenReasons(): Record<string, Reason> {
  const { t } = useLingui()
  const anew = t`Connect the account again and allow it.`
  return {
    'mastodon.no-write': { why: t`You did not allow us to write posts.`, change: anew },
    'mastodon.no-media': { why: t`You did not allow us to upload pictures.`, change: anew },
    'mastodon.no-read': { why: t`You did not allow us to read notifications.`, change: anew },
    'mastodon.no-stream': {
      why: t`This server has no live connection that we can read. We ask it for news every few seconds.`,
      change: null,
    },
    'bluesky.labels-only': {
      why: t`Bluesky has labels for a few kinds of content, but no warnings in your own words.`,
      change: null,
    },
    'bluesky.no-stream': {
      why: t`Bluesky has no live connection for one account. We ask it for news every few seconds.`,
      change: null,
    },
    'bluesky.not-granted': {
      why: t`This sign-in was made without access to private messages.`,
      change: t`Connect the account again, and allow private messages on Bluesky’s page.`,
    },
    'bluesky.no-private': {
      why: t`This app password was made without access to private messages.`,
      change: t`Make one with “Allow access to your direct messages”, and connect the account again with it.`,
    },
  }
}
