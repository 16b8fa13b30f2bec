import { v7 } from 'uuid'
import type { Limits } from '../../../contract/limits.ts'
import type { HttpClient } from '../../platform/http.ts'
import {
  type Ability,
  type Account,
  type ConnectField,
  type Connection,
  type Connector,
  ConnectorError,
  type Session,
} from '../contract.ts'
import { FeedCredential } from './credential.ts'
import { fetchFeed } from './fetch-feed.ts'
import { hash, itemsOf } from './item.ts'
import { receive, restMs } from './receive.ts'
import { translate } from './translate.ts'

const connectFields: readonly ConnectField[] = [
  { name: 'url', secret: false, example: 'https://reviews.example/your-shop.rss' },
]
const noAnswer = 'A feed can only be read. Open the message on its site and answer there.'
const cannot = (code: string, why: string): Ability => ({ can: false, why, code: `feed.${code}` })

/** RSS, Atom, RDF and JSON feeds: read only. */
export const feed = {
  network: 'feed',
  name: 'RSS or Atom feed',
  credential: FeedCredential,
  connectFields,
  connect,
  verify,
  receive,
  restMs,
  translate,
  newKey: (now) => v7({ msecs: now.getTime() }),
  deliver: () => Promise.reject(new ConnectorError({ kind: 'rejected', reason: noAnswer })),
} satisfies Connector<FeedCredential>

async function connect(
  fields: Record<string, string>,
  tools: { http: HttpClient; now(): Date },
): Promise<Connection> {
  const typed = (fields.url ?? '').trim()
  const parsed = FeedCredential.safeParse({
    url: /^[a-z]+:\/\//i.test(typed) ? typed : `https://${typed}`,
  })
  if (!parsed.success || typed === '')
    throw wrong('write the address of the feed, for example https://reviews.example/shop.rss')
  try {
    await fetchFeed(tools, parsed.data.url)
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error
    const { failure } = error
    if (failure.kind === 'rejected' || failure.kind === 'rate-limited') throw error
    throw wrong(lowerFirst(failure.detail), error)
  }
  return { service: new URL(parsed.data.url).origin, credential: parsed.data }
}

async function verify(session: Session<FeedCredential>): Promise<Account> {
  const { url } = session.credential
  const fetched = await fetchFeed(session, url)
  const { host, origin } = new URL(url)
  const { title, link } =
    fetched === 'unchanged' ? { title: '', link: null } : itemsOf(fetched.feed)
  const site = URL.parse(link ?? '', url)
  const answers = cannot('no-answers', noAnswer)
  return {
    // Not the address itself: it may hold a key.
    remoteId: hash(url),
    handle: host,
    displayName: title.slice(0, 200) || host,
    avatarUrl: null,
    profileUrl:
      link !== null && /^https?:/.test(site?.protocol ?? '') ? (site?.href ?? origin) : origin,
    limits,
    abilities: {
      'receive-public': { can: true },
      'receive-private': cannot('nothing-private', 'A feed shows what is public.'),
      'reply-public': answers,
      'reply-private': answers,
      media: answers,
      'alt-text': answers,
      'content-warning': answers,
      'follow-edits': cannot('no-edits', 'Only feeds that date their changes tell of them.'),
      'follow-deletions': cannot(
        'no-deletions',
        'A feed does not say what was deleted on its site.',
      ),
      stream: cannot('no-stream', 'A feed is asked for news every few minutes.'),
    },
  }
}

const limits: Limits = {
  public: {
    text: [{ max: 1, unit: 'graphemes' }],
    urlLength: null,
    mentionsWithoutServer: false,
    countsContentWarning: false,
  },
  private: null,
  media: { max: 0, imageBytes: 1, imageTypes: [], altText: null },
  readAt: '2026-11-22T00:00:00Z',
}

function wrong(why: string, cause?: unknown): ConnectorError {
  return new ConnectorError({ kind: 'rejected', reason: `url: ${why}` }, { cause })
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}
