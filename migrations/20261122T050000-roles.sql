-- Roles that own no table. Roles belong to the whole server, so they may be there already.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['parley_app', 'parley_dispatch', 'parley_backup', 'parley_search'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      begin
        execute format('create role %I nologin', wanted);
      exception when duplicate_object or unique_violation then
        null; -- another database of this server is being prepared at the same moment
      end;
    end if;
    execute format('grant %I to current_user', wanted);
  end loop;
end $$;

create schema parley;
grant usage on schema public, parley to parley_app, parley_dispatch, parley_backup, parley_search;

-- The workspace that the current transaction may see. No setting: no rows.
create function parley.workspace() returns uuid language sql stable parallel safe as
  $$ select nullif(current_setting('parley.workspace', true), '')::uuid $$;

-- Puts the wall round a tenant table: forced row-level security, the app sees one workspace,
-- the backup role reads and restores everything.
create procedure parley.wall(target regclass, tenant_column text default 'workspace_id') language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy wall on %s to parley_app using (%I = parley.workspace()) with check (%I = parley.workspace())',
    target, tenant_column, tenant_column);
  execute format('create policy backup on %s to parley_backup using (true) with check (true)', target);
  execute format('grant select, insert, update, delete on %s to parley_app', target);
  execute format('grant select, insert on %s to parley_backup', target);
end $$;

-- Lets the dispatcher see the named columns of a walled table in every workspace.
create procedure parley.let_dispatch(target regclass, columns text) language plpgsql as $$
begin
  execute format('create policy dispatch on %s for select to parley_dispatch using (true)', target);
  execute format('grant select (%s) on %s to parley_dispatch', columns, target);
end $$;

-- The app may put work on the job queue, in its own transaction, and nothing else there.
create function parley.enqueue(task text, payload json, job_key text, run_at timestamptz) returns void
language sql security definer set search_path = pg_catalog as $$
  select graphile_worker.add_job(
    identifier => task, payload => payload, job_key => job_key,
    run_at => coalesce(run_at, now()), max_attempts => 25)
$$;
revoke all on function parley.enqueue from public;
grant execute on function parley.enqueue to parley_app;
