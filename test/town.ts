import { z } from 'zod'
import { ChannelId, SecretId, WorkspaceId } from '../contract/ids.ts'
import type {
  Connector,
  Json,
  NetworkEvent,
  NetworkMessage,
  RawEvent,
  Session,
} from '../src/connectors/contract.ts'
import { mastodon } from '../src/connectors/mastodon/mastodon.ts'
import { aloneOAuth, noTcp, openHttp } from '../src/connectors/suite.ts'
import type { IngestChannel } from '../src/modules/ingest/index.ts'
import { inWorkspace } from '../src/platform/db.ts'
import { newId } from '../src/platform/ids.ts'
import type { TestDatabase } from './database.ts'

// A made-up network with the shortest raw form, for tests of what happens after translation.

const Told = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('said'),
    id: z.string(),
    by: z.string(),
    text: z.string(),
    html: z.string().nullable().default(null),
    parent: z.string().nullable().default(null),
    /** `unknown`: the network does not say where the thread begins. */
    root: z.string().nullable().default(null),
    visibility: z.enum(['public', 'unlisted', 'followers', 'private']).default('public'),
    at: z.number(),
    edited: z.number().nullable().default(null),
    url: z.string().nullable().default(null),
  }),
  z.object({ type: z.literal('gone'), id: z.string(), at: z.number() }),
  z.object({ type: z.literal('liked') }),
])
type Said = Extract<z.input<typeof Told>, { type: 'said' }>

const dawn = Date.UTC(2026, 5, 1, 8)
export const us = { remoteId: 'shop', handle: 'shop@town.example' }

/** The time that `at` minutes stand for. */
export function minute(at: number): Date {
  return new Date(dawn + at * 60_000)
}

/** Somebody said something `at` minutes after dawn. Another `edited` is another version. */
export function said(id: string, more: Partial<Omit<Said, 'type' | 'id'>> = {}): RawEvent {
  const raw = { type: 'said', id, by: 'ana', text: `words of ${id}`, at: 0, ...more }
  return { id: `said:${id}:${more.edited ?? 0}`, raw: JSON.parse(JSON.stringify(raw)) }
}

export function gone(id: string, at = 60): RawEvent {
  return { id: `gone:${id}`, raw: { type: 'gone', id, at } }
}

/** Throws on what it does not know, like every translate. */
export function translate(raw: Json): NetworkEvent {
  const told = Told.parse(raw)
  if (told.type === 'liked') return { kind: 'ignored', why: 'a like' }
  if (told.type === 'gone') return { kind: 'deleted', remoteId: told.id, at: minute(told.at) }
  const { id, by } = told
  const message: NetworkMessage = {
    kind: 'message',
    remoteId: id,
    version: `v${told.edited ?? 0}`,
    author: {
      remoteId: by,
      handle: `${by}@town.example`,
      displayName: by.toUpperCase(),
      avatarUrl: null,
      profileUrl: null,
    },
    mine: by === us.remoteId,
    text: told.text,
    html: told.html,
    contentWarning: null,
    language: 'en',
    visibility: told.visibility,
    createdAt: minute(told.at),
    editedAt: told.edited === null ? null : minute(told.edited),
    url: told.url,
    parentId: told.parent,
    rootId: told.root === 'unknown' ? undefined : told.root,
    quotedId: null,
    media: [],
    ref: { id },
  }
  return message
}

/** The made-up network where a whole connector is wanted: nothing but its words is its own. */
export const town: Connector = {
  ...mastodon,
  network: 'town',
  name: 'Town',
  translate,
  wording: ({ text, replyTo }) => `@${replyTo.handle} ${text}`,
}

/** A workspace (a new one unless named) with a connected account in it. */
export async function makeChannel(
  { db }: Pick<TestDatabase, 'db'>,
  { workspaceId, network = 'town' }: { workspaceId?: WorkspaceId; network?: string } = {},
): Promise<IngestChannel> {
  const id = workspaceId ?? newId(WorkspaceId)
  const channelId = newId(ChannelId)
  await inWorkspace(db, id, async (tx) => {
    if (workspaceId === undefined)
      await tx
        .insertInto('workspaces')
        .values({ id, name: 'Bakery', time_zone: 'UTC', locale: 'en', hours: '{}' })
        .execute()
    await tx
      .insertInto('channels')
      .values({
        workspace_id: id,
        id: channelId,
        network,
        service: 'https://town.example',
        remote_account_id: channelId,
        handle: us.handle,
        display_name: 'Shop',
        profile_url: 'https://town.example/shop',
        state: 'connected',
        limits: JSON.stringify(noLimits),
        abilities: '{}',
        secret_id: newId(SecretId),
        checked_at: new Date(),
      })
      .execute()
    await tx
      .insertInto('channel_streams')
      .values({ workspace_id: id, channel_id: channelId })
      .execute()
  })
  return { workspaceId: id, channelId, network, account: us }
}

const noLimits = {
  public: { text: [], urlLength: null, mentionsWithoutServer: false, countsContentWarning: false },
  private: null,
  media: { max: 0, imageBytes: 1, imageTypes: [], altText: null },
  readAt: '2026-01-01T00:00:00Z',
}

/** The session of a network that asks for nothing. */
export const session: Session = {
  http: openHttp(),
  dial: noTcp,
  oauth: aloneOAuth,
  service: 'https://town.example',
  account: us,
  credential: null,
  saveCredential: async () => undefined,
  loadCredential: async () => null,
  limits: noLimits,
  now: () => new Date(),
}
