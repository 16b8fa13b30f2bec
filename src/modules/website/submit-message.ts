import type { SiteLanguage, Submission } from '../../../contract/website.ts'
import { hashToken } from '../../platform/crypto.ts'
import { isDatabaseAway } from '../../platform/db-errors.ts'
import { createMicroBatch } from '../../platform/micro-batch.ts'
import type { SiteDeps } from './deps.ts'
import { submissionId } from './keys.ts'
import type { Site } from './read-site.ts'
import { createRepeats, spamReason } from './spam.ts'
import { keepWaiting, type NewWaiting } from './waiting-store.ts'

/** One message of a visitor, checked. `nonce`: of the form it was sent by. */
export type Message = {
  threadId: string
  nonce: string
  name: string
  email: string | null
  language: SiteLanguage
  text: string
  /** What was in the field that people do not see. */
  trap: string
  /** Set when it begins a conversation: the secret part of its private address. */
  token?: string
}

export type Submissions = {
  /** Resolves when the message is committed, together with others that came at the same moment. */
  submit(site: Site, message: Message): Promise<void>
  drain(): Promise<void>
}

type Item = { site: Site; waiting: NewWaiting }

/** How long the first message of a batch waits for others, in ms, and how many are kept together. */
const maxWaitMs = 5
const maxItems = 200

/**
 * Keeps what visitors send until it is taken in (`take-in.ts`), which is woken at once. Messages to one form
 * share a transaction, and nobody is told „arrived” before the commit.
 */
export function createSubmissions(deps: SiteDeps): Submissions {
  const repeats = createRepeats()
  const batch = createMicroBatch<Item, true>({
    maxWaitMs,
    maxItems,
    isShared: isDatabaseAway,
    run: (_channel, items) => keep(deps, items),
  })
  return {
    async submit(site, message) {
      const now = deps.clock()
      const seenBefore = repeats.count(site.channelId, message.threadId, message.text, now)
      const { trap, text, token } = message
      const waiting = {
        raw: rawOf(deps, message, now),
        tokenHash: token === undefined ? null : hashToken(token),
        aside: spamReason({ trap, text, seenBefore }),
      }
      await batch.add(site.channelId, { site, waiting })
    },
    drain: batch.drain,
  }
}

async function keep({ database }: SiteDeps, items: readonly Item[]): Promise<true[]> {
  const site = items[0]?.site
  if (!site) return []
  await keepWaiting(
    database.db,
    site,
    items.map(({ waiting }) => waiting),
  )
  return items.map(() => true)
}

function rawOf(
  { publicUrl }: SiteDeps,
  { threadId, nonce, name, email, language, text }: Message,
  now: Date,
): Submission {
  return {
    kind: 'submission',
    id: submissionId(nonce, text),
    thread: threadId,
    visitor: { name, email },
    text,
    language,
    page: memberPage(publicUrl, threadId),
    at: now.toISOString(),
  }
}

/** Address at which members see the visitor's page. */
export function memberPage(publicUrl: string, threadId: string): string {
  return `${publicUrl}/site/view/${threadId}`
}
