import {
  ChannelId,
  ConversationId,
  IdentityId,
  MessageId,
  PersonId,
  SecretId,
  type WorkspaceId,
} from '../../../contract/ids.ts'
import type { MessageKind } from '../../../contract/understanding.ts'
import type { Tx } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'

// Conversations as the network would have brought them, at times that the test chooses.

export type Said = {
  /** With the zone's distance from UTC. */
  at: string
  author?: 'customer' | 'member' | 'automation'
  member?: string
  kind?: MessageKind
  returned?: true
  deleted?: true
  /** A merge: it waits from here on. */
  waitsFrom?: Date
}

export type Told = {
  workspaceId: WorkspaceId
  channel: ChannelId
  customer: string
  language?: string
  holder?: string
  department?: string
  visibility?: 'private'
  severity?: 'urgent'
  closed?: true
  said: Said[]
}

export async function addChannel(
  tx: Tx,
  workspaceId: WorkspaceId,
  handle: string,
): Promise<ChannelId> {
  const id = newId(ChannelId)
  await tx
    .insertInto('channels')
    .values({
      workspace_id: workspaceId,
      id,
      network: 'mastodon',
      service: 'https://social.example',
      remote_account_id: handle,
      handle,
      display_name: handle,
      avatar_url: null,
      profile_url: 'https://social.example/@shop',
      state: 'connected',
      problem: null,
      limits: '{}',
      abilities: '{}',
      secret_id: newId(SecretId),
      checked_at: new Date(),
    })
    .execute()
  return id
}

export async function tellConversation(tx: Tx, told: Told): Promise<ConversationId> {
  const { workspaceId: workspace_id, channel: channel_id, customer } = told
  const [id, person_id, identity_id] = [newId(ConversationId), newId(PersonId), newId(IdentityId)]
  await tx
    .insertInto('people')
    .values({ workspace_id, id: person_id, display_name: customer })
    .execute()
  await tx
    .insertInto('identities')
    .values({
      workspace_id,
      id: identity_id,
      person_id,
      network: 'mastodon',
      remote_id: id,
      handle: customer,
      display_name: customer,
      avatar_url: null,
      profile_url: null,
    })
    .execute()
  await tx
    .insertInto('conversations')
    .values({
      workspace_id,
      id,
      channel_id,
      identity_id,
      person_id,
      thread_key: id,
      visibility: told.visibility ?? 'public',
      severity: told.severity ?? null,
      state: told.closed ? 'done' : 'open',
      assignee_id: told.holder ?? null,
      department_id: told.department ?? null,
      language: told.language ?? null,
      last_message_at: new Date(),
    })
    .execute()
  for (const one of told.said) await addMessage(tx, one, { workspace_id, channel_id, id })
  return id
}

type Place = { workspace_id: string; channel_id: string; id: string }

async function addMessage(tx: Tx, one: Said, { workspace_id, channel_id, id }: Place) {
  const at = new Date(one.at)
  const message = newId(MessageId)
  await tx
    .insertInto('messages')
    .values({
      workspace_id,
      id: message,
      conversation_id: id,
      channel_id,
      author: one.author ?? (one.member ? 'member' : 'customer'),
      member_id: one.member ?? null,
      identity_id: null,
      remote_id: message,
      remote_version: '1',
      visibility: 'public',
      text: 'x',
      preview: 'x',
      media: '[]',
      ref: '{}',
      search: '',
      kind: one.kind ?? null,
      sent_at: at,
      received_at: at,
      deleted_at: one.deleted ? at : null,
      returned_at: one.returned ? at : null,
      waits_from: one.waitsFrom ?? null,
    })
    .execute()
}
