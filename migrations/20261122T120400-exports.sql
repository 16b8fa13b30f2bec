-- Archives of a whole workspace that were asked for. The files lie in the data folder (src/modules/exports).
create table exports (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  state text not null check (state in ('waiting', 'writing', 'ready', 'failed', 'removed')),
  -- Why it failed, in a sentence for whoever asked.
  problem text,
  asked_by text not null,
  asked_by_name text not null,
  rows_done bigint not null default 0,
  rows_total bigint, -- null until they are counted
  bytes bigint, -- of the file, once it is there
  created_at timestamptz not null,
  finished_at timestamptz,
  expires_at timestamptz, -- when the file is removed
  primary key (workspace_id, id)
);
-- One at a time is made.
create unique index exports_under_way on exports (workspace_id) where state in ('waiting', 'writing');
call parley.wall('exports');

-- Rows of one table that refer to each other come in any order when a workspace is imported: the import
-- asks for these checks at its end. Everybody else is checked at once, as before.
do $$
declare
  found record;
begin
  for found in
    select conrelid::regclass as target, conname as name from pg_constraint
    where contype = 'f' and conrelid = confrelid and not condeferrable and connamespace = 'public'::regnamespace
  loop
    execute format('alter table %s alter constraint %I deferrable initially immediate', found.target, found.name);
  end loop;
end $$;
