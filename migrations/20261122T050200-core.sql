create table workspaces (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  time_zone text not null,
  locale text not null check (locale in ('en', 'ro')),
  -- Opening hours, {"mon": [["09:00","17:00"]], …}; a day that is missing is closed.
  hours jsonb not null,
  reply_target_minutes int not null default 240 check (reply_target_minutes between 1 and 100000),
  set_up_at timestamptz,
  created_at timestamptz not null default now()
);
call parley.wall('workspaces', 'id');
call parley.let_dispatch('workspaces', 'id, set_up_at, created_at');

create table members (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  user_id text not null,
  role text not null check (role in ('owner', 'admin', 'publisher', 'responder', 'contributor', 'analyst')),
  name text not null,
  email text not null,
  joined_at timestamptz not null default now(),
  left_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, user_id)
);
create index members_user on members (user_id);
call parley.wall('members');
-- A signed-in user may see which workspaces are theirs.
create policy own_membership on members for select to parley_app
  using (user_id = nullif(current_setting('parley.user', true), ''));
call parley.let_dispatch('members', 'workspace_id, id, user_id, role, left_at');

create table invitations (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  email text not null,
  role text not null check (role in ('owner', 'admin', 'publisher', 'responder', 'contributor', 'analyst')),
  token_hash text not null,
  invited_by uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  primary key (workspace_id, id)
);
create unique index invitations_token on invitations (workspace_id, token_hash);
create index invitations_by_token on invitations (token_hash);
call parley.wall('invitations');
-- Whoever holds the token may see its invitation.
create policy held_token on invitations for select to parley_app
  using (token_hash = nullif(current_setting('parley.token_hash', true), ''));

create table api_keys (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  name text not null,
  hash text not null,
  hint text not null,
  scopes text[] not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (workspace_id, id)
);
create unique index api_keys_hash on api_keys (workspace_id, hash);
create index api_keys_by_hash on api_keys (hash);
call parley.wall('api_keys');
create policy held_key on api_keys for select to parley_app
  using (hash = nullif(current_setting('parley.token_hash', true), ''));

create table channels (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  network text not null,
  service text not null,
  remote_account_id text not null,
  handle text not null,
  display_name text not null,
  avatar_url text,
  profile_url text not null,
  state text not null check (state in ('connected', 'attention', 'disconnected')),
  -- Why it needs attention: {"kind": "auth-expired"|…, "detail": …, "since": …}; null when all is well.
  problem jsonb,
  limits jsonb not null,
  abilities jsonb not null,
  secret_id uuid not null,
  checked_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  -- Some networks number accounts for each server apart.
  unique (workspace_id, network, service, remote_account_id)
);
call parley.wall('channels');
call parley.let_dispatch('channels', 'workspace_id, id, network, service, state, checked_at');

-- Where the stream process stands with each channel. Apart from channels: it changes every few seconds.
create table channel_streams (
  workspace_id uuid not null,
  channel_id uuid not null,
  cursor text,
  lease_holder uuid,
  lease_until timestamptz,
  last_ok_at timestamptz,
  last_event_at timestamptz,
  rechecked_at timestamptz,
  primary key (workspace_id, channel_id),
  foreign key (workspace_id, channel_id) references channels (workspace_id, id)
);
call parley.wall('channel_streams');
call parley.let_dispatch('channel_streams', 'workspace_id, channel_id, lease_until, last_ok_at');

create table secrets (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  purpose text not null,
  key_id text not null,
  wrapped_key bytea not null,
  nonce bytea not null,
  ciphertext bytea not null,
  version int not null default 1,
  created_at timestamptz not null default now(),
  rotated_at timestamptz,
  primary key (workspace_id, id)
);
call parley.wall('secrets');

create table secret_accesses (
  workspace_id uuid not null,
  id uuid not null,
  secret_id uuid not null,
  at timestamptz not null default now(),
  act text not null check (act in ('stored', 'opened', 'rotated', 'removed')),
  by text not null,
  primary key (workspace_id, id)
);
call parley.wall('secret_accesses');
revoke update, delete on secret_accesses from parley_app;

create table audit_heads (
  workspace_id uuid primary key references workspaces (id),
  seq bigint not null,
  hash bytea not null
);
call parley.wall('audit_heads');

create table audit_entries (
  workspace_id uuid not null references workspaces (id),
  seq bigint not null,
  at timestamptz not null,
  actor text not null,
  actor_name text not null,
  act text not null,
  subject text not null,
  detail jsonb not null,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (workspace_id, seq)
);
call parley.wall('audit_entries');
revoke update, delete on audit_entries from parley_app;
create function parley.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only';
end $$;
create trigger append_only before update or delete on audit_entries
  for each row execute function parley.refuse_change();
create trigger append_only_truncate before truncate on audit_entries
  for each statement execute function parley.refuse_change();

create table people (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  display_name text not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
call parley.wall('people');

create table identities (
  workspace_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  network text not null,
  remote_id text not null,
  handle text not null,
  display_name text not null,
  avatar_url text,
  profile_url text,
  seen_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, network, remote_id),
  foreign key (workspace_id, person_id) references people (workspace_id, id)
);
create index identities_person on identities (workspace_id, person_id);
call parley.wall('identities');

-- What networks said, as they said it.
create table events (
  workspace_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  event_key bytea not null, -- first 16 bytes of SHA-256 of the network's event id
  raw json, -- as it came (json, not jsonb: nothing is normalised); null once the customer deleted what it tells
  kind text not null check (kind in ('message', 'deleted', 'ignored', 'unknown')),
  subject_id text, -- the network's id of the message that it tells of
  state text not null check (state in ('done', 'pending', 'aside')),
  problem text,
  attempts int not null default 0,
  received_at timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, channel_id, event_key),
  foreign key (workspace_id, channel_id) references channels (workspace_id, id)
);
create index events_waiting on events (workspace_id, channel_id, state, id) where state <> 'done';
create index events_subject on events (workspace_id, channel_id, subject_id, kind);
call parley.wall('events');
call parley.let_dispatch('events', 'workspace_id, id, channel_id, state');

create table conversations (
  workspace_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  identity_id uuid not null,
  person_id uuid not null,
  thread_key text not null, -- the network's id of the thread's first post, or of the private conversation
  visibility text not null check (visibility in ('public', 'private')),
  state text not null check (state in ('new', 'open', 'waiting-customer', 'waiting-colleague', 'done')),
  assignee_id uuid,
  -- Time of the oldest customer message that no person has answered; null: nothing waits.
  unanswered_since timestamptz,
  due_at timestamptz not null default 'infinity',
  last_message_at timestamptz not null,
  last_customer_text text not null default '',
  message_count int not null default 0,
  version int not null default 1,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, channel_id, thread_key, identity_id),
  foreign key (workspace_id, channel_id) references channels (workspace_id, id),
  foreign key (workspace_id, identity_id) references identities (workspace_id, id),
  foreign key (workspace_id, person_id) references people (workspace_id, id),
  foreign key (workspace_id, assignee_id) references members (workspace_id, id)
);
create index conversations_due on conversations (workspace_id, due_at, id) where state <> 'done';
create index conversations_assignee_due on conversations (workspace_id, assignee_id, due_at, id) where state <> 'done';
create index conversations_newest on conversations (workspace_id, last_message_at desc, id desc);
create index conversations_person on conversations (workspace_id, person_id);
call parley.wall('conversations');

create table messages (
  workspace_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  channel_id uuid not null,
  author text not null check (author in ('customer', 'member', 'automation', 'other')),
  identity_id uuid, -- the customer who wrote it
  member_id uuid, -- the member who wrote it, when we know
  delivery_id uuid,
  remote_id text not null,
  remote_version text not null,
  parent_remote_id text,
  quoted_remote_id text,
  visibility text not null check (visibility in ('public', 'unlisted', 'followers', 'private')),
  text text not null,
  preview text not null, -- first words, as lists show them
  html text, -- sanitised
  content_warning text,
  language text,
  media jsonb not null default '[]',
  url text,
  ref jsonb not null,
  search tsvector not null,
  sent_at timestamptz not null,
  received_at timestamptz not null,
  edited_at timestamptz,
  deleted_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, channel_id, remote_id),
  foreign key (workspace_id, conversation_id) references conversations (workspace_id, id)
);
create index messages_conversation on messages (workspace_id, conversation_id, sent_at, id);
create index messages_recent on messages (workspace_id, channel_id, received_at) where author = 'customer' and deleted_at is null;
-- New words wait in a short list (512 kB, some 500 messages) and go into the index together: a tenth of the
-- cost of writing each word's place by itself, and a search reads the list in about a millisecond.
-- The workspace leads, or a word that every business's customers use would be read for all of them.
create extension if not exists btree_gin;
create index messages_search on messages using gin (workspace_id, search) with (fastupdate = on, gin_pending_list_limit = 512);
call parley.wall('messages');

-- Searching goes through a function of a role that the wall does not stop, because row-level security keeps
-- `@@` from using an index (it is not leakproof) and would read every message of the workspace. The function
-- puts up the same wall itself.
create policy search on messages for select to parley_search using (true);
grant select (workspace_id, conversation_id, search) on messages to parley_search;
create function parley.find_conversations(wanted tsquery) returns setof uuid
language sql stable security definer set search_path = public, pg_catalog rows 200 as $$
  select conversation_id from messages where search @@ wanted and workspace_id = parley.workspace()
$$;
revoke all on function parley.find_conversations from public;
grant execute on function parley.find_conversations to parley_app;
grant create on schema parley to parley_search;
alter function parley.find_conversations owner to parley_search;
revoke create on schema parley from parley_search;

create table message_versions (
  workspace_id uuid not null,
  message_id uuid not null,
  remote_version text not null,
  text text not null,
  seen_at timestamptz not null,
  primary key (workspace_id, message_id, remote_version),
  foreign key (workspace_id, message_id) references messages (workspace_id, id)
);
call parley.wall('message_versions');

-- The public thread around a conversation's messages, as last seen. Posts of anybody.
create table thread_posts (
  workspace_id uuid not null,
  channel_id uuid not null,
  thread_key text not null,
  remote_id text not null,
  parent_remote_id text,
  position int not null,
  author_handle text not null,
  author_name text not null,
  author_avatar_url text,
  mine boolean not null,
  text text not null,
  content_warning text,
  media jsonb not null default '[]',
  url text,
  sent_at timestamptz not null,
  primary key (workspace_id, channel_id, thread_key, remote_id),
  foreign key (workspace_id, channel_id) references channels (workspace_id, id)
);
call parley.wall('thread_posts');

create table threads (
  workspace_id uuid not null,
  channel_id uuid not null,
  thread_key text not null,
  loaded_at timestamptz,
  problem text,
  primary key (workspace_id, channel_id, thread_key),
  foreign key (workspace_id, channel_id) references channels (workspace_id, id)
);
call parley.wall('threads');

create table notes (
  workspace_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  author text not null,
  author_name text not null,
  text text not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversations (workspace_id, id)
);
create index notes_conversation on notes (workspace_id, conversation_id, created_at);
call parley.wall('notes');

create table media (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  mime text not null,
  width int not null,
  height int not null,
  bytes bytea not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
call parley.wall('media');

create table drafts (
  workspace_id uuid not null,
  conversation_id uuid not null,
  author text not null,
  text text not null,
  media jsonb not null default '[]', -- [{"id", "alt"}]
  content_warning text,
  updated_at timestamptz not null default now(),
  primary key (workspace_id, conversation_id, author),
  foreign key (workspace_id, conversation_id) references conversations (workspace_id, id)
);
call parley.wall('drafts');

create table deliveries (
  workspace_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  conversation_id uuid not null,
  reply_to_message_id uuid not null,
  state text not null check (state in ('queued', 'held', 'sending', 'sent', 'failed', 'unknown', 'cancelled')),
  -- Everything that is sent, fixed when it was asked for: {"text","media":[{"id","alt"}],"visibility","contentWarning","language"}
  content jsonb not null,
  send_key text not null,
  not_before timestamptz not null,
  lease_holder uuid,
  lease_until timestamptz,
  attempts int not null default 0,
  -- True from just before a send until its outcome is certain: look on the network before sending again.
  in_doubt boolean not null default false,
  looks int not null default 0,
  -- Why it waits, failed or is not known: {"kind", "detail", "at", …}
  reason jsonb,
  remote_id text,
  remote_url text,
  created_by text not null,
  created_by_name text not null,
  member_id uuid,
  idempotency_key text,
  request_hash text,
  created_at timestamptz not null,
  sent_at timestamptz,
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, created_by, idempotency_key),
  foreign key (workspace_id, channel_id) references channels (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversations (workspace_id, id),
  foreign key (workspace_id, reply_to_message_id) references messages (workspace_id, id)
);
create index deliveries_due on deliveries (not_before) where state in ('queued', 'sending');
create index deliveries_conversation on deliveries (workspace_id, conversation_id, created_at);
create index deliveries_open on deliveries (workspace_id, channel_id, state) where state in ('queued', 'held', 'sending', 'unknown');
create unique index deliveries_remote on deliveries (workspace_id, channel_id, remote_id) where remote_id is not null;
call parley.wall('deliveries');
call parley.let_dispatch('deliveries', 'workspace_id, id, channel_id, state, not_before, lease_until');

create table delivery_attempts (
  workspace_id uuid not null,
  delivery_id uuid not null,
  number int not null,
  kind text not null check (kind in ('send', 'look')),
  started_at timestamptz not null,
  finished_at timestamptz,
  outcome text, -- sent | found | not-found | a failure's kind; null: the process died in it
  detail text,
  primary key (workspace_id, delivery_id, number),
  foreign key (workspace_id, delivery_id) references deliveries (workspace_id, id)
);
call parley.wall('delivery_attempts');

-- Private addresses that the operator allowed, by naming them on the command line. Instance-wide.
create table allowed_origins (
  origin text primary key,
  allowed_at timestamptz not null default now(),
  why text not null
);
grant select on allowed_origins to parley_app, parley_backup;
grant insert on allowed_origins to parley_backup;

-- Sign-ins on a network's own page that were begun and not finished yet.
create table channel_consents (
  workspace_id uuid not null references workspaces (id),
  state_hash text not null,
  network text not null,
  secret_id uuid not null,
  begun_by text not null,
  expires_at timestamptz not null,
  primary key (workspace_id, state_hash)
);
call parley.wall('channel_consents');
