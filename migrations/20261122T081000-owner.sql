-- The owner takes part: the digest by mail, thresholds when to be called, goodwill.

create table digest_subscriptions (
  workspace_id uuid not null,
  member_id uuid not null,
  hour int not null check (hour between 0 and 23), -- on the clock of the workspace's zone
  locale text not null check (locale in ('en', 'ro')),
  -- Since when it is wanted; null: it is off. Days that began their hour before it are not caught up with.
  wanted_since timestamptz,
  -- The newest day, YYYY-MM-DD in the workspace's zone, that is settled: sent or passed over.
  settled_day text,
  -- When to look again, at most an hour away: the zone may change.
  next_at timestamptz not null,
  primary key (workspace_id, member_id),
  foreign key (workspace_id, member_id) references members (workspace_id, id)
);
create index digest_subscriptions_next on digest_subscriptions (next_at) where wanted_since is not null;
call parley.wall('digest_subscriptions');
call parley.let_dispatch('digest_subscriptions', 'workspace_id, member_id, wanted_since, next_at');

create table call_thresholds (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  kind text not null check (kind in ('late', 'waits', 'urgent')),
  -- late: more than so many customers; waits: longer than so many hours; urgent: none.
  bound int check (bound between 0 and 100000),
  member_id uuid not null, -- who is called
  -- Since when it is above its bound; null: it is below, and the next time above calls.
  above_since timestamptz,
  -- How often it called: each time above is one mail.
  calls int not null default 0,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references members (workspace_id, id),
  check ((kind = 'urgent') = (bound is null))
);
call parley.wall('call_thresholds');
call parley.let_dispatch('call_thresholds', 'workspace_id, id');

create table goodwill_settings (
  workspace_id uuid primary key references workspaces (id),
  currency text not null check (currency ~ '^[A-Z]{3}$')
);
call parley.wall('goodwill_settings');

create table goodwill_acts (
  workspace_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  kind text not null check (kind in ('gift', 'fix', 'kind-word', 'other')),
  cost bigint not null check (cost between 0 and 100000000000), -- minor units of the currency
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  note text not null default '' check (length(note) <= 2000),
  by_actor text not null,
  by_name text not null,
  at timestamptz not null,
  -- Taken back; it can be put back.
  removed_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversations (workspace_id, id)
);
create index goodwill_acts_newest on goodwill_acts (workspace_id, at desc, id desc) where removed_at is null;
create index goodwill_acts_conversation on goodwill_acts (workspace_id, conversation_id, at);
call parley.wall('goodwill_acts');

-- Who waits longest, which urgent ones wait, what did not go out.
create index conversations_unanswered on conversations (workspace_id, unanswered_since, id)
  where state <> 'done' and unanswered_since is not null;
create index conversations_urgent on conversations (workspace_id, unanswered_since, id)
  where state <> 'done' and unanswered_since is not null and severity = 'urgent';
create index deliveries_troubled on deliveries (workspace_id, updated_at) where state in ('failed', 'unknown');
