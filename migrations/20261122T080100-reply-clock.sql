-- When the business is open, as the reply clock counts it. A workspace has one or more.
create table calendars (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 200),
  time_zone text not null,
  hours jsonb not null, -- {"mon": [["09:00","17:00"]], …}; a day that is missing is closed
  holidays jsonb not null default '[]', -- [{"name", "from", "until", "closed"}]
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
call parley.wall('calendars');

-- What was promised to whom. One row for each workspace; `version` rises with it and with its calendars.
create table clock_policies (
  workspace_id uuid primary key references workspaces (id),
  version int not null default 1,
  rules jsonb not null default '[]',
  precedence jsonb not null default '["person", "severity", "language", "channel"]',
  target jsonb not null, -- where no rule speaks
  calendar_id uuid not null, -- the default calendar
  updated_at timestamptz not null default now(),
  foreign key (workspace_id, calendar_id) references calendars (workspace_id, id)
);
call parley.wall('clock_policies');

-- Which rules hold, and that they hold until the transaction ends: who changes them takes this lock alone
-- and so waits for all that count by the old ones, and whoever waits for that reads the new ones. Volatile,
-- because only then the row is read after the lock was given. Null: none are kept yet.
create function parley.clock_version() returns int language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock_shared(4402, hashtext(parley.workspace()::text));
  return (select version from public.clock_policies where workspace_id = parley.workspace());
end $$;

-- The first calendar has the workspace's own id, so that it is made once however often it is asked for.
insert into calendars (workspace_id, id, name, time_zone, hours)
select id, id, case locale when 'ro' then 'Program' else 'Opening hours' end, time_zone, hours from workspaces;
insert into clock_policies (workspace_id, calendar_id, target)
select id, id, jsonb_build_object('unit', 'calendar-minutes', 'minutes', reply_target_minutes) from workspaces;
-- Opening hours are the calendar's from here on.
alter table workspaces alter column hours set default '{}';

alter table conversations
  add column severity text check (length(severity) between 1 and 40), -- null: as usual
  add column language text; -- of the customer's newest message whose language is known
update conversations c set language = (
  select m.language from messages m
  where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.author = 'customer'
    and m.deleted_at is null and m.language is not null
  order by m.sent_at desc, m.remote_id collate "C" desc limit 1)
where c.unanswered_since is not null;
