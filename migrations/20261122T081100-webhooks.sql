-- Addresses of the workspace's own programs that are told of events. Removed ones stay as rows, emptied of
-- their secret: what is told at that very moment must not fail.
create table webhook_endpoints (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  url text not null check (length(url) between 1 and 2000),
  events text[] not null check (cardinality(events) between 1 and 20),
  -- In the vault; null once it is removed.
  secret_id uuid,
  state text not null check (state in ('active', 'paused', 'removed')),
  -- Why Parley paused it by itself; null: a member did, or it is active.
  paused_why text,
  -- One worker at a time speaks to it, until when at the latest.
  busy_until timestamptz,
  -- Failures in a row, and the rest that follows from them.
  failures int not null default 0,
  rest_until timestamptz,
  succeeded_at timestamptz,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);
call parley.wall('webhook_endpoints');

-- One event that one endpoint is told of: the outbox and, for 30 days, the log.
create table webhook_calls (
  workspace_id uuid not null,
  -- The webhook-id, the same at every try.
  id uuid not null,
  endpoint_id uuid not null,
  type text not null,
  data jsonb not null,
  -- What can happen only once is told only once.
  once text,
  state text not null check (state in ('waiting', 'sent', 'failed')),
  -- Asked for by a person: goes out although the endpoint rests or is paused.
  by_hand boolean not null default false,
  tries int not null default 0,
  -- Tries since the event, or since a person had it sent again.
  round_tries int not null default 0,
  round_began_at timestamptz not null,
  next_at timestamptz not null,
  tried_at timestamptz,
  took_ms int,
  status int,
  -- The first 1,000 characters of the last answer.
  answer text,
  problem text,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, endpoint_id, once),
  foreign key (workspace_id, endpoint_id) references webhook_endpoints (workspace_id, id)
);
create index webhook_calls_log on webhook_calls (workspace_id, endpoint_id, id);
create index webhook_calls_due on webhook_calls (workspace_id, endpoint_id, next_at) where state = 'waiting';
call parley.wall('webhook_calls');
