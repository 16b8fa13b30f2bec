-- Paging: who is on call, what pages them, every page and every call it made, browsers that take push messages.

create table on_call_settings (
  workspace_id uuid primary key references workspaces (id),
  -- [{"memberId": …, "shift": null or {"days", "from", "to", "timeZone"}}], first, second, …; owners come last.
  rota jsonb not null default '[]',
  -- Null: those whose reply time ignores office hours.
  severities text[],
  step_minutes int not null default 5 check (step_minutes between 1 and 120),
  -- How often each person is called before the next.
  repeats int not null default 2 check (repeats between 1 and 20),
  -- The workspace's own key pair for push services (RFC 8292); the private half is in the vault.
  vapid_public text,
  vapid_secret_id uuid
);
call parley.wall('on_call_settings');

-- Somebody is called about a conversation until it is acknowledged, answered, done or less pressing.
create table pages (
  workspace_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  severity text not null,
  state text not null check (state in ('open', 'acknowledged', 'answered', 'done', 'eased')),
  opened_at timestamptz not null,
  steps int not null default 0,
  -- When the next step is due, while it is open.
  next_at timestamptz not null,
  ended_at timestamptz,
  -- Who acknowledged it and how.
  ended_by text,
  ended_name text,
  ended_via text check (ended_via in ('app', 'mail', 'reply')),
  primary key (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversations (workspace_id, id),
  check ((state = 'open') = (ended_at is null))
);
create unique index pages_open on pages (workspace_id, conversation_id) where state = 'open';
create index pages_conversation on pages (workspace_id, conversation_id, opened_at);
create index pages_newest on pages (workspace_id, id);
create index pages_due on pages (next_at) where state = 'open';
call parley.wall('pages');
call parley.let_dispatch('pages', 'workspace_id, id, state, next_at');

-- A browser of a member that takes push messages (RFC 8030). Its address is a capability: whoever has it can write to it.
create table push_subscriptions (
  workspace_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  endpoint text not null check (length(endpoint) between 1 and 2000),
  p256dh text not null,
  auth text not null,
  -- Of the words it is sent.
  locale text not null check (locale in ('en', 'ro')),
  -- What its owner knows the browser by.
  name text not null check (length(name) <= 200),
  created_at timestamptz not null,
  -- The last message that its push service took, and why the last one was not taken.
  sent_at timestamptz,
  problem text,
  primary key (workspace_id, id),
  unique (workspace_id, endpoint),
  foreign key (workspace_id, member_id) references members (workspace_id, id)
);
create index push_subscriptions_member on push_subscriptions (workspace_id, member_id);
call parley.wall('push_subscriptions');

-- One person called one way in one step. A mail's own fate stands with the mail.
create table page_calls (
  workspace_id uuid not null,
  id uuid not null,
  page_id uuid not null,
  step int not null,
  tier text not null check (tier in ('on-call', 'owner')),
  member_id uuid not null,
  way text not null check (way in ('mail', 'push')),
  -- The browser, while it takes messages.
  subscription_id uuid,
  state text not null check (state in ('waiting', 'sending', 'sent', 'failed', 'withdrawn')),
  problem text,
  attempts int not null default 0,
  lease_until timestamptz,
  -- SHA-256 of what stands in the link of the mail; it ends.
  token_hash bytea,
  token_ends_at timestamptz,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, page_id) references pages (workspace_id, id),
  foreign key (workspace_id, member_id) references members (workspace_id, id)
);
create unique index page_calls_once on page_calls (workspace_id, page_id, step, member_id, way, subscription_id)
  nulls not distinct;
create index page_calls_token on page_calls (workspace_id, token_hash) where token_hash is not null;
call parley.wall('page_calls');
