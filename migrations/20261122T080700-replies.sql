-- How alike two replies may be, when the workspace chose otherwise than the program.
create table reply_rules (
  workspace_id uuid primary key references workspaces (id),
  window_days int not null check (window_days between 1 and 366),
  threshold real not null check (threshold between 0.5 and 1),
  changed_at timestamptz not null default now()
);
call parley.wall('reply_rules');

-- What a reply says for comparing: folded words without names, greeting and signature.
create table reply_prints (
  workspace_id uuid not null,
  delivery_id uuid not null,
  words text not null,
  created_at timestamptz not null,
  primary key (workspace_id, delivery_id),
  foreign key (workspace_id, delivery_id) references deliveries (workspace_id, id) on delete cascade
);
create index reply_prints_age on reply_prints (workspace_id, created_at);
call parley.wall('reply_prints');

-- Replies that are alike share a band: 16 for each reply, newest first. Hashes only; one that outlives its
-- print is found and passed over. Not a GIN index on an array: row-level security keeps `&&` from using it.
create table reply_bands (
  workspace_id uuid not null,
  band bigint not null,
  created_at timestamptz not null,
  delivery_id uuid not null,
  primary key (workspace_id, band, created_at, delivery_id)
);
call parley.wall('reply_bands');

-- Who looks at a conversation or writes in it, until when that is believed without hearing more.
create table presence (
  workspace_id uuid not null,
  conversation_id uuid not null,
  author text not null,
  session text not null check (length(session) between 1 and 100),
  author_name text not null,
  kind text not null check (kind in ('looking', 'writing')),
  since timestamptz not null,
  until timestamptz not null,
  primary key (workspace_id, conversation_id, author, session),
  foreign key (workspace_id, conversation_id) references conversations (workspace_id, id) on delete cascade
);
create index presence_until on presence (workspace_id, until);
call parley.wall('presence');

-- Somebody wanted to answer where a colleague writes or has answered: shown to both. `sees` is what the
-- first was told of, such as "writing:member:…" or "reply:…"; a second send naming this row goes through.
create table reply_warnings (
  workspace_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  author text not null,
  author_name text not null,
  others text[] not null,
  sees text[] not null,
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversations (workspace_id, id) on delete cascade
);
create index reply_warnings_conversation on reply_warnings (workspace_id, conversation_id, created_at desc);
call parley.wall('reply_warnings');

-- Starting points for replies. Without an owner: everybody's.
create table snippets (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  owner_id uuid,
  name text not null check (length(name) between 1 and 100),
  text_en text not null default '' check (length(text_en) <= 10000),
  text_ro text not null default '' check (length(text_ro) <= 10000),
  changed_by text not null,
  changed_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, owner_id) references members (workspace_id, id),
  check (text_en <> '' or text_ro <> '')
);
create index snippets_name on snippets (workspace_id, name);
call parley.wall('snippets');
