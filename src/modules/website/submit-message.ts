import type { SiteLanguage, Submission } from '../../../contract/website.ts'
import type { Connector } from '../../connectors/contract.ts'
import { hashToken } from '../../platform/crypto.ts'
import { inWorkspace } from '../../platform/db.ts'
import { isDatabaseAway } from '../../platform/db-errors.ts'
import { createMicroBatch } from '../../platform/micro-batch.ts'
import { connectorOf } from '../channels/index.ts'
import { type ArrivedEvent, ingestArrived } from '../ingest/index.ts'
import type { SiteDeps } from './deps.ts'
import { submissionId } from './keys.ts'
import type { Site } from './read-site.ts'
import { createRepeats, spamReason } from './spam.ts'
import { keepThreads, type NewThread } from './store.ts'

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

type Item = { site: Site; event: ArrivedEvent; thread: NewThread | null }

/** How long the first message of a batch waits for others, in ms, and how many are taken in together. */
const maxWaitMs = 5
const maxItems = 200

/**
 * Takes in what visitors send. Messages to one form share a transaction: events, conversations and private
 * links are there together or not at all, and nobody is told „arrived” before the commit.
 */
export function createSubmissions(deps: SiteDeps): Submissions {
  const connector = connectorOf(deps, 'website')
  const repeats = createRepeats()
  const batch = createMicroBatch<Item, true>({
    maxWaitMs,
    maxItems,
    isShared: isDatabaseAway,
    run: (_channel, items) => takeIn(deps, connector, items),
  })
  return {
    async submit(site, message) {
      const now = deps.clock()
      const seenBefore = repeats.count(site.channelId, message.threadId, message.text, now)
      const { trap, text } = message
      const aside = spamReason({ trap, text, seenBefore })
      const raw = rawOf(deps, message, now)
      const event = { id: raw.id, raw, ...(aside !== null && { aside }) }
      await batch.add(site.channelId, { site, event, thread: threadFor(message) })
    },
    drain: batch.drain,
  }
}

async function takeIn(
  { database }: SiteDeps,
  connector: Connector,
  items: readonly Item[],
): Promise<true[]> {
  const site = items[0]?.site
  if (!site) return []
  const channel = { ...site, network: connector.network }
  await inWorkspace(database.db, site.workspaceId, async (tx) => {
    await ingestArrived(
      tx,
      connector,
      channel,
      items.map(({ event }) => event),
    )
    await keepThreads(
      tx,
      site,
      items.flatMap(({ thread }) => (thread ? [thread] : [])),
    )
  })
  return items.map(() => true)
}

function threadFor({ threadId, name, email, language, token }: Message): NewThread | null {
  if (token === undefined) return null
  return { id: threadId, name, email, language, tokenHash: hashToken(token) }
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
