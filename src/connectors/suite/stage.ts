import type { Limits } from '../../../contract/limits.ts'
import { type Dial, type HttpClient, HttpError } from '../../platform/http.ts'
import {
  type Account,
  type Connection,
  ConnectorError,
  type Failure,
  type NetworkMessage,
  type OAuthTools,
  type OutgoingReply,
  type RawEvent,
  type ReceivingConnector,
  type Session,
} from '../contract.ts'
import type { AccountPost, Posted, World } from './world.ts'

/** What a test stands on: the connector, the world it speaks to, and a verified session. */
export type Stage<Credential> = {
  connector: ReceivingConnector<Credential>
  world: World
  opened: Opened<Credential>
}
export type Opened<Credential> = { account: Account; session: Session<Credential> }
/** Gives the stage; only inside a test, after `beforeAll`. */
export type TheStage<Credential> = () => Stage<Credential>

/**
 * A session as the core makes one: the credential is kept in memory, the account and limits are those
 * that `verify` answered. Throws what `verify` throws.
 */
export async function openSession<Credential>(
  connector: ReceivingConnector<Credential>,
  connection: Connection,
  http: HttpClient,
  dial: Dial = noTcp,
): Promise<Opened<Credential>> {
  let credential = connector.credential.parse(connection.credential)
  const sessionAs = (account: Session['account'], limits: Limits): Session<Credential> => ({
    http,
    dial,
    oauth: aloneOAuth,
    service: connection.service,
    account,
    get credential() {
      return credential
    },
    saveCredential: async (next) => {
      credential = next
    },
    loadCredential: async () => credential,
    limits,
    now: () => new Date(),
  })
  const account = await connector.verify(sessionAs({ remoteId: '', handle: '' }, NO_LIMITS_YET))
  const known = { remoteId: account.remoteId, handle: account.handle }
  return { account, session: sessionAs(known, account.limits) }
}

/** Everything after `cursor`, page by page, as the core reads it. Fails on a connector that never ends. */
export async function receiveAll<Credential>(
  connector: ReceivingConnector<Credential>,
  session: Session<Credential>,
  cursor: string | null,
): Promise<{ events: RawEvent[]; cursor: string | null; pages: number }> {
  const events: RawEvent[] = []
  for (let pages = 1; pages <= 200; pages++) {
    const page = await connector.receive(session, cursor)
    events.push(...page.events)
    cursor = page.cursor
    if (!page.more) return { events, cursor, pages }
  }
  throw new Error('receive asked to go on 200 times without an end')
}

/** The failure of a call that must fail with a ConnectorError. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('value' in outcome) throw new Error(`should have failed: ${JSON.stringify(outcome.value)}`)
  if (outcome.error instanceof ConnectorError) return outcome.error.failure
  throw new Error('failed with something other than a ConnectorError', { cause: outcome.error })
}

/** A complete reply to a message that was received. */
export function replyTo<Credential>(
  connector: ReceivingConnector<Credential>,
  message: NetworkMessage,
  parts: Partial<OutgoingReply> & { text: string },
): OutgoingReply {
  const now = new Date()
  const { remoteId, ref, author, visibility } = message
  return {
    key: connector.newKey(now),
    media: [],
    contentWarning: null,
    language: 'en',
    visibility,
    createdAt: now,
    replyTo: { remoteId, rootId: message.rootId ?? remoteId, ref, handle: author.handle },
    ...parts,
  }
}

/** The messages among raw events, translated. */
export function messagesOf<Credential>(
  { connector, opened }: Stage<Credential>,
  events: readonly RawEvent[],
): NetworkMessage[] {
  return events
    .map((event) => connector.translate(event.raw, opened.session.account))
    .filter((event) => event.kind === 'message')
}

/** Waits until a customer's post has come in by `receive` after `cursor`, and translates it. */
export async function arrival<Credential>(
  stage: Stage<Credential>,
  posted: Posted,
  cursor: string | null,
): Promise<NetworkMessage> {
  const { connector, opened } = stage
  return eventually(stage, async () => {
    const { events } = await receiveAll(connector, opened.session, cursor)
    return messagesOf(stage, events).find((m) => m.remoteId === posted.remoteId) ?? null
  })
}

/** Waits until a post of the account stands on the network, by the world's own word. */
export async function standing<Credential>(
  stage: Stage<Credential>,
  remoteId: string,
): Promise<AccountPost> {
  return eventually(stage, async () => {
    const posts = await stage.world.postsOfAccount()
    return posts.find((post) => post.remoteId === remoteId) ?? null
  })
}

/** How many posts with the reply's text stand on the network, by the world's own word. */
export async function countStanding<Credential>(
  { world }: Stage<Credential>,
  reply: OutgoingReply,
): Promise<number> {
  const posts = await world.postsOfAccount()
  return posts.filter((post) => squeeze(post.text).includes(squeeze(reply.text))).length
}

/** Tries until there is an answer that is not null; fails after the world's patience. */
export async function eventually<Credential, Answer>(
  { world }: Stage<Credential>,
  attempt: () => Promise<Answer | null>,
): Promise<Answer> {
  const end = Date.now() + (world.patience ?? 10_000)
  for (;;) {
    const answer = await attempt()
    if (answer !== null) return answer
    if (Date.now() > end) throw new Error('it did not come to pass in time')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Text without differences in white space, for comparing what was written with what is shown. */
export function squeeze(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim()
}

/** The stage once `beforeAll` has built all of it. */
export function staged<Credential>(stage: Partial<Stage<Credential>>): Stage<Credential> {
  const { connector, world, opened } = stage
  if (!connector || !world || !opened) throw new Error('the world did not start')
  return { connector, world, opened }
}

/** Only for the first `verify` of an account, which is what reads the true limits. */
const NO_LIMITS_YET: Limits = {
  public: {
    text: [{ max: 1, unit: 'graphemes' }],
    urlLength: null,
    mentionsWithoutServer: false,
    countsContentWarning: false,
  },
  private: null,
  media: { max: 0, imageBytes: 1, imageTypes: [], altText: null },
  readAt: '1970-01-01T00:00:00Z',
}

/** What a process lends that is alone and has no address: there is nobody to take turns with. */
export const aloneOAuth: OAuthTools = {
  publicUrl: 'http://127.0.0.1:4400',
  directory: null,
  keys: async () => [],
  alone: (_name, work) => work(),
}

/** For worlds that speak HTTP only. */
export const noTcp: Dial = async () => {
  throw new HttpError('refused', 'this world speaks HTTP only')
}
