import type { ColumnType, Generated } from 'kysely'
import type {
  DefaultJson,
  DefaultTime,
  JsonColumn,
  MaybeInfinite,
  MaybeTime,
  Time,
} from './columns.ts'
import type { TeamConversationColumns } from './team.ts'

export type CoreTables = {
  workspaces: {
    id: string
    name: string
    time_zone: string
    locale: 'en' | 'ro'
    hours: DefaultJson
    reply_target_minutes: Generated<number>
    set_up_at: MaybeTime
    created_at: DefaultTime
  }
  members: {
    workspace_id: string
    id: string
    user_id: string
    role: string
    name: string
    email: string
    joined_at: DefaultTime
    left_at: MaybeTime
  }
  invitations: {
    workspace_id: string
    id: string
    email: string
    role: string
    token_hash: string
    invited_by: string
    created_at: DefaultTime
    expires_at: Time
    accepted_at: MaybeTime
  }
  api_keys: {
    workspace_id: string
    id: string
    name: string
    hash: string
    hint: string
    scopes: string[]
    created_by: string
    created_at: DefaultTime
    last_used_at: MaybeTime
    revoked_at: MaybeTime
  }
  channels: {
    workspace_id: string
    id: string
    network: string
    service: string
    remote_account_id: string
    handle: string
    display_name: string
    avatar_url: string | null
    profile_url: string
    state: 'connected' | 'attention' | 'disconnected'
    problem: ColumnType<unknown, string | null, string | null>
    limits: JsonColumn
    abilities: JsonColumn
    secret_id: string
    checked_at: Time
    created_at: DefaultTime
  }
  channel_streams: {
    workspace_id: string
    channel_id: string
    cursor: string | null
    lease_holder: string | null
    lease_until: MaybeTime
    last_ok_at: MaybeTime
    last_event_at: MaybeTime
    rechecked_at: MaybeTime
  }
  secrets: {
    workspace_id: string
    id: string
    purpose: string
    key_id: string
    wrapped_key: Buffer
    nonce: Buffer
    ciphertext: Buffer
    version: Generated<number>
    created_at: DefaultTime
    rotated_at: MaybeTime
  }
  secret_accesses: {
    workspace_id: string
    id: string
    secret_id: string
    at: DefaultTime
    act: 'stored' | 'opened' | 'rotated' | 'removed'
    by: string
  }
  audit_heads: { workspace_id: string; seq: number; hash: Buffer }
  audit_entries: {
    workspace_id: string
    seq: number
    at: Time
    actor: string
    actor_name: string
    act: string
    subject: string
    detail: JsonColumn
    previous_hash: Buffer
    hash: Buffer
  }
  people: { workspace_id: string; id: string; display_name: string; created_at: DefaultTime }
  identities: {
    workspace_id: string
    id: string
    person_id: string
    network: string
    remote_id: string
    handle: string
    display_name: string
    avatar_url: string | null
    profile_url: string | null
    seen_at: DefaultTime
  }
  events: {
    workspace_id: string
    id: string
    channel_id: string
    event_key: Buffer
    raw: ColumnType<unknown, string | null, string | null>
    kind: 'message' | 'deleted' | 'ignored' | 'unknown'
    subject_id: string | null
    state: 'done' | 'pending' | 'aside'
    problem: string | null
    attempts: Generated<number>
    received_at: Time
  }
  conversations: {
    workspace_id: string
    id: string
    channel_id: string
    identity_id: string
    person_id: string
    thread_key: string
    visibility: 'public' | 'private'
    state: 'new' | 'open' | 'waiting-customer' | 'waiting-colleague' | 'done'
    assignee_id: string | null
    severity: Generated<string | null>
    language: Generated<string | null>
    unanswered_since: MaybeTime
    due_at: MaybeInfinite
    last_message_at: Time
    last_customer_text: Generated<string>
    kind: Generated<'complaint' | 'praise' | 'question' | null>
    message_count: Generated<number>
    version: Generated<number>
    created_at: DefaultTime
  } & TeamConversationColumns
  messages: {
    workspace_id: string
    id: string
    conversation_id: string
    channel_id: string
    author: 'customer' | 'member' | 'automation' | 'other'
    identity_id: string | null
    member_id: string | null
    delivery_id: string | null
    remote_id: string
    remote_version: string
    parent_remote_id: string | null
    quoted_remote_id: string | null
    visibility: 'public' | 'unlisted' | 'followers' | 'private'
    text: string
    preview: string
    html: string | null
    content_warning: string | null
    language: string | null
    media: DefaultJson
    url: string | null
    ref: JsonColumn
    search: ColumnType<string, string, string>
    sent_at: Time
    received_at: Time
    edited_at: MaybeTime
    deleted_at: MaybeTime
    kind: Generated<'complaint' | 'praise' | 'question' | 'other' | null>
    feeling: Generated<number | null>
    kind_by_name: Generated<string | null>
  }
  message_versions: {
    workspace_id: string
    message_id: string
    remote_version: string
    text: string
    seen_at: Time
  }
  thread_posts: {
    workspace_id: string
    channel_id: string
    thread_key: string
    remote_id: string
    parent_remote_id: string | null
    position: number
    author_handle: string
    author_name: string
    author_avatar_url: string | null
    mine: boolean
    text: string
    content_warning: string | null
    media: DefaultJson
    url: string | null
    sent_at: Time
  }
  threads: {
    workspace_id: string
    channel_id: string
    thread_key: string
    loaded_at: MaybeTime
    problem: string | null
  }
  notes: {
    workspace_id: string
    id: string
    conversation_id: string
    author: string
    author_name: string
    text: string
    created_at: DefaultTime
  }
  media: {
    workspace_id: string
    id: string
    mime: string
    width: number
    height: number
    bytes: Buffer
    created_by: string
    created_at: DefaultTime
  }
  drafts: {
    workspace_id: string
    conversation_id: string
    author: string
    text: string
    media: DefaultJson
    content_warning: string | null
    updated_at: DefaultTime
  }
  deliveries: {
    workspace_id: string
    id: string
    channel_id: string
    conversation_id: string
    reply_to_message_id: string
    state: 'queued' | 'held' | 'sending' | 'sent' | 'failed' | 'unknown' | 'cancelled'
    content: JsonColumn
    send_key: string
    not_before: Time
    lease_holder: string | null
    lease_until: MaybeTime
    attempts: Generated<number>
    in_doubt: Generated<boolean>
    looks: Generated<number>
    reason: ColumnType<unknown, string | null, string | null>
    remote_id: string | null
    remote_url: string | null
    created_by: string
    created_by_name: string
    member_id: string | null
    idempotency_key: string | null
    request_hash: string | null
    created_at: Time
    sent_at: MaybeTime
    updated_at: DefaultTime
  }
  delivery_attempts: {
    workspace_id: string
    delivery_id: string
    number: number
    kind: 'send' | 'look'
    started_at: Time
    finished_at: MaybeTime
    outcome: string | null
    detail: string | null
  }
  channel_consents: {
    workspace_id: string
    state_hash: string
    network: string
    secret_id: string
    begun_by: string
    expires_at: Time
  }
  allowed_origins: { origin: string; allowed_at: DefaultTime; why: string }
}
