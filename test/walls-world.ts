import { listOf } from '../contract/http.ts'
import {
  ChannelId,
  ConversationId,
  DeliveryId,
  DepartmentId,
  EventId,
  ExportId,
  GoodwillId,
  IdentityId,
  MediaId,
  MessageId,
  PageId,
  PersonId,
  PushSubscriptionId,
  SecretId,
  SnippetId,
  SsoProviderId,
  ThresholdId,
  ViewId,
  type WorkspaceId,
} from '../contract/ids.ts'
import { Invitation, Key, SessionInfo } from '../contract/members.ts'
import { Webhook, WebhookCall } from '../contract/webhooks.ts'
import { type Db, inWorkspace, type Tx } from '../src/platform/db.ts'
import { newId } from '../src/platform/ids.ts'
import type { Caller, People, Person } from './http.ts'
import type { Thing } from './walls-table.ts'

// Stands in names and texts all over the business; an answer to anybody else that holds it has leaked.
export const mark = 'Wallmark'

type World = { request: Caller; people: People; db: Db }

/** One of each thing of the business, which somebody from elsewhere will ask for by its id. */
export async function makeThings(
  { request, people, db }: World,
  owner: Person,
): Promise<Record<Thing, string>> {
  await people.key(owner, ['all'])
  const email = `${mark}@example.com`
  await request(owner, 'POST', '/api/v1/invitations', { email, role: 'analyst' })
  const read = async (name: string) => (await request(owner, 'GET', `/api/v1/${name}`)).body
  const webhook = Webhook.parse(
    (
      await request(owner, 'POST', '/api/v1/webhooks', {
        url: `https://hook.example/${mark}`,
        events: ['reply.sent'],
      })
    ).body,
  ).id
  const tested = await request(owner, 'POST', `/api/v1/webhooks/${webhook}/test`)
  const webhookCall = WebhookCall.parse(tested.body).id
  const made = await inWorkspace(db, owner.workspaceId, (tx) => insertThings(tx, owner))
  return {
    ...made,
    webhook,
    webhookCall,
    // The default calendar goes by the workspace's own id.
    calendar: owner.workspaceId,
    member: owner.memberId,
    key: firstId(listOf(Key).parse(await read('keys'))),
    invitation: firstId(listOf(Invitation).parse(await read('invitations'))),
    session: firstId(listOf(SessionInfo).parse(await read('sessions'))),
  }
}

function firstId(list: { items: { id: string }[] }): string {
  const id = list.items[0]?.id
  if (id === undefined) throw new Error('nothing was made')
  return id
}

async function insertThings(tx: Tx, { workspaceId: workspace_id, memberId }: Person) {
  const channel = newId(ChannelId)
  const now = new Date()
  await insertChannel(tx, workspace_id, channel)
  const { conversation, message, person } = await insertConversation(tx, {
    workspace_id,
    channel_id: channel,
  })
  const media = newId(MediaId)
  await tx
    .insertInto('media')
    .values({
      workspace_id,
      id: media,
      mime: 'image/png',
      width: 1,
      height: 1,
      bytes: Buffer.from(mark),
      created_by: 'operator',
    })
    .execute()
  const aside = newId(EventId)
  await tx
    .insertInto('events')
    .values({
      workspace_id,
      id: aside,
      channel_id: channel,
      event_key: Buffer.alloc(16, 1),
      raw: JSON.stringify({ mark }),
      kind: 'unknown',
      subject_id: null,
      state: 'aside',
      problem: mark,
      received_at: now,
    })
    .execute()
  const provider = newId(SsoProviderId)
  await tx
    .insertInto('sso_providers')
    .values({
      workspace_id,
      id: provider,
      issuer: 'https://id.example',
      client_id: mark,
      secret_id: newId(SecretId),
      name: mark,
      domains: ['shop.example'],
      newcomer_role: null,
      trusts_factor: false,
    })
    .execute()
  const delivery = newId(DeliveryId)
  await tx
    .insertInto('deliveries')
    .values({
      workspace_id,
      id: delivery,
      channel_id: channel,
      conversation_id: conversation,
      reply_to_message_id: message,
      state: 'unknown',
      content: JSON.stringify({
        text: mark,
        media: [],
        visibility: 'public',
        contentWarning: null,
        language: null,
        replyTo: { remoteId: 'm', rootId: 't', ref: {}, handle: mark },
      }),
      send_key: 'key',
      not_before: now,
      reason: null,
      created_by: 'operator',
      created_by_name: mark,
      created_at: now,
    })
    .execute()
  const snippet = newId(SnippetId)
  await tx
    .insertInto('snippets')
    .values({
      workspace_id,
      id: snippet,
      owner_id: null,
      name: mark,
      text_en: mark,
      text_ro: '',
      changed_by: '',
    })
    .execute()
  const { department, view } = await insertTeam(tx, workspace_id)
  return {
    channel,
    conversation,
    message,
    person,
    media,
    aside,
    delivery,
    department,
    view,
    snippet,
    provider,
    ...(await insertOwned(tx, { workspace_id, conversation, memberId })),
  }
}

async function insertOwned(
  tx: Tx,
  {
    workspace_id,
    conversation,
    memberId,
  }: { workspace_id: WorkspaceId; conversation: string; memberId: string },
) {
  const [goodwill, threshold, made] = [newId(GoodwillId), newId(ThresholdId), newId(ExportId)]
  await tx
    .insertInto('goodwill_acts')
    .values({
      workspace_id,
      id: goodwill,
      conversation_id: conversation,
      kind: 'gift',
      cost: 100,
      currency: 'EUR',
      note: mark,
      by_actor: 'operator',
      by_name: mark,
      at: new Date(),
    })
    .execute()
  await tx
    .insertInto('call_thresholds')
    .values({ workspace_id, id: threshold, kind: 'urgent', bound: null, member_id: memberId })
    .execute()
  await tx
    .insertInto('exports')
    .values({
      workspace_id,
      id: made,
      state: 'failed',
      problem: mark,
      asked_by: 'operator',
      asked_by_name: mark,
      rows_total: null,
      bytes: null,
      created_at: new Date(),
    })
    .execute()
  return {
    goodwill,
    threshold,
    export: made,
    ...(await insertPaging(tx, { workspace_id, conversation, memberId })),
  }
}

async function insertPaging(
  tx: Tx,
  {
    workspace_id,
    conversation,
    memberId,
  }: { workspace_id: WorkspaceId; conversation: string; memberId: string },
) {
  const [page, browser] = [newId(PageId), newId(PushSubscriptionId)]
  const now = new Date()
  await tx
    .insertInto('pages')
    .values({
      workspace_id,
      id: page,
      conversation_id: conversation,
      severity: mark,
      state: 'open',
      opened_at: now,
      next_at: now,
    })
    .execute()
  await tx
    .insertInto('push_subscriptions')
    .values({
      workspace_id,
      id: browser,
      member_id: memberId,
      endpoint: `https://push.example/${mark}`,
      p256dh: 'B',
      auth: 'A',
      locale: 'en',
      name: mark,
      created_at: now,
    })
    .execute()
  return { page, browser }
}

async function insertTeam(tx: Tx, workspace_id: WorkspaceId) {
  const [department, view] = [newId(DepartmentId), newId(ViewId)]
  await tx.insertInto('departments').values({ workspace_id, id: department, name: mark }).execute()
  await tx
    .insertInto('saved_views')
    .values({ workspace_id, id: view, name: mark, filter: '{}', created_by: 'operator' })
    .execute()
  return { department, view }
}

async function insertChannel(tx: Tx, workspace_id: WorkspaceId, id: string): Promise<void> {
  const text = {
    text: [{ max: 300, unit: 'graphemes' }],
    urlLength: null,
    mentionsWithoutServer: false,
    countsContentWarning: false,
  }
  const media = { max: 4, imageBytes: 1e6, imageTypes: ['image/png'], altText: null }
  await tx
    .insertInto('channels')
    .values({
      workspace_id,
      id,
      network: 'mastodon',
      service: 'https://social.example',
      remote_account_id: '1',
      handle: mark,
      display_name: mark,
      avatar_url: null,
      profile_url: 'https://social.example/@wall',
      state: 'connected',
      problem: null,
      limits: JSON.stringify({
        public: text,
        private: null,
        media,
        readAt: new Date().toISOString(),
      }),
      abilities: '{}',
      secret_id: newId(SecretId),
      checked_at: new Date(),
    })
    .execute()
}

async function insertConversation(
  tx: Tx,
  place: { workspace_id: WorkspaceId; channel_id: string },
) {
  const { workspace_id } = place
  const [person, identity] = [newId(PersonId), newId(IdentityId)]
  const [conversation, message] = [newId(ConversationId), newId(MessageId)]
  const now = new Date()
  await tx.insertInto('people').values({ workspace_id, id: person, display_name: mark }).execute()
  await tx
    .insertInto('identities')
    .values({
      workspace_id,
      id: identity,
      person_id: person,
      network: 'mastodon',
      remote_id: '2',
      handle: mark,
      display_name: mark,
      avatar_url: null,
      profile_url: null,
    })
    .execute()
  await tx
    .insertInto('conversations')
    .values({
      ...place,
      id: conversation,
      identity_id: identity,
      person_id: person,
      thread_key: 't',
      visibility: 'public',
      state: 'new',
      last_message_at: now,
      last_customer_text: mark,
    })
    .execute()
  await tx
    .insertInto('messages')
    .values({
      ...place,
      id: message,
      conversation_id: conversation,
      author: 'customer',
      identity_id: identity,
      remote_id: 'm',
      remote_version: '1',
      visibility: 'public',
      text: mark,
      preview: mark,
      media: JSON.stringify([{ kind: 'image', url: 'https://social.example/a.png', alt: mark }]),
      ref: '{}',
      search: '',
      sent_at: now,
      received_at: now,
    })
    .execute()
  return { conversation, message, person }
}
