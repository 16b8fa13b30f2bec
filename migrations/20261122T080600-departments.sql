-- The team's inbox: departments, hand-over, snooze, routing rules, saved views.

create table departments (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 80),
  created_at timestamptz not null default now(),
  -- Removed from lists; conversations of the past keep its name.
  removed_at timestamptz,
  primary key (workspace_id, id)
);
create unique index departments_name on departments (workspace_id, lower(name)) where removed_at is null;
call parley.wall('departments');

create table department_members (
  workspace_id uuid not null,
  department_id uuid not null,
  member_id uuid not null,
  -- When a rule last gave them a conversation in turn: the next one goes to whoever waited longest.
  given_at timestamptz,
  primary key (workspace_id, department_id, member_id),
  foreign key (workspace_id, department_id) references departments (workspace_id, id),
  foreign key (workspace_id, member_id) references members (workspace_id, id)
);
call parley.wall('department_members');

alter table conversations
  add column department_id uuid,
  add column if not exists severity text,
  -- Out of the list until then, or until the customer writes, or until the answer is due.
  add column snoozed_until timestamptz,
  add column snoozed_at timestamptz,
  -- Which rule gave it its first holder: {"version": 3, "rule": "Complaints"}.
  add column routed jsonb,
  add constraint conversations_department foreign key (workspace_id, department_id)
    references departments (workspace_id, id);
create index conversations_department_due on conversations (workspace_id, department_id, due_at, id)
  where state <> 'done' and department_id is not null;
create index conversations_snoozed on conversations (workspace_id, snoozed_until)
  where snoozed_until is not null;

create table hand_overs (
  workspace_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  note_id uuid,
  to_department_id uuid,
  to_member_id uuid,
  by_actor text not null,
  by_name text not null,
  at timestamptz not null,
  -- How the conversation stood before and after, so that it can be taken back: {"state","assigneeId","departmentId"}.
  before jsonb not null,
  after jsonb not null,
  -- Pinned until whoever took it has read it, it is done, taken back or handed on.
  settled_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversations (workspace_id, id)
);
create unique index hand_overs_pinned on hand_overs (workspace_id, conversation_id) where settled_at is null;
call parley.wall('hand_overs');

create table routing (
  workspace_id uuid primary key references workspaces (id),
  live_version int,
  draft jsonb, -- the rules being written; null: those that are live
  tried text -- the rules tried last, as a hash: only these may go live
);
call parley.wall('routing');

create table routing_versions (
  workspace_id uuid not null references workspaces (id),
  version int not null,
  rules jsonb not null,
  made_at timestamptz not null,
  made_by_name text not null,
  -- The version whose rules were taken up again.
  reverted_to int,
  primary key (workspace_id, version)
);
call parley.wall('routing_versions');
revoke update, delete on routing_versions from parley_app;

create table saved_views (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 80),
  filter jsonb not null,
  -- Whose it is; null: everybody's.
  member_id uuid,
  created_by text not null,
  created_at timestamptz not null default now(),
  removed_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references members (workspace_id, id)
);
call parley.wall('saved_views');
