-- Conversations that members joined or took apart, in a way that can be undone exactly (docs/adr/0016).

alter table conversations
  -- All that was in it is there; it is in no list, and its page leads there. Never to one that is merged itself.
  add column merged_into uuid,
  add foreign key (workspace_id, merged_into) references conversations (workspace_id, id);
create index conversations_merged on conversations (workspace_id, merged_into) where merged_into is not null;

alter table messages
  -- The conversation of its own thread and account, where it stands in another one; null: it stands in its own.
  add column home_id uuid,
  -- A customer's message that nobody had answered when its conversation was joined to one with later
  -- answers: only an answer after this time answers it.
  add column waits_from timestamptz,
  add foreign key (workspace_id, home_id) references conversations (workspace_id, id);
create index messages_home on messages (workspace_id, home_id) where home_id is not null;
create index messages_waits_from on messages (workspace_id, conversation_id) where waits_from is not null;

-- The conversation that stands for this one: itself, or the one that it was merged into.
create function parley.standing(id uuid) returns uuid language sql stable as $$
  select coalesce(c.merged_into, c.id) from public.conversations c
  where c.workspace_id = parley.workspace() and c.id = standing.id
$$;
grant execute on function parley.standing to parley_app;

create table conversation_moves (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  kind text not null check (kind in ('merge', 'split')),
  -- The one that others were merged into, or that messages were split from.
  kept_id uuid not null,
  -- How it stood before: state, holder and so on. No words.
  before jsonb not null,
  -- How the conversations stood right after, by id: what undoing compares with.
  stands jsonb not null,
  by_actor text not null,
  by_name text not null,
  at timestamptz not null,
  undone_at timestamptz,
  undone_by_name text,
  primary key (workspace_id, id),
  foreign key (workspace_id, kept_id) references conversations (workspace_id, id)
);
create index conversation_moves_kept on conversation_moves (workspace_id, kept_id);
call parley.wall('conversation_moves');

create table conversation_move_parts (
  workspace_id uuid not null,
  move_id uuid not null,
  -- The one that was merged, or that was made by splitting.
  other_id uuid not null,
  -- How it stood before; null: it was made by this.
  before jsonb,
  -- Ids of what changed its conversation: {"messages", "deliveries", "notes", …}
  moved jsonb not null,
  primary key (workspace_id, move_id, other_id),
  foreign key (workspace_id, move_id) references conversation_moves (workspace_id, id),
  foreign key (workspace_id, other_id) references conversations (workspace_id, id)
);
create index conversation_move_parts_other on conversation_move_parts (workspace_id, other_id);
call parley.wall('conversation_move_parts');
