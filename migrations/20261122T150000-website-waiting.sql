-- What visitors sent and were told has arrived, until it is taken in: one row a post, so that it is committed
-- at once however busy the form is. The rows are few, and each is gone with the transaction that takes it in.
create table website_waiting (
  workspace_id uuid not null,
  channel_id uuid not null,
  id uuid not null, -- UUIDv7: they are taken in by it, in the order in which they came
  thread_id uuid not null,
  token_hash text, -- of the private link of the conversation that it begins; null: it goes on with one
  raw json not null, -- as events.raw will be
  aside text, -- why an operator has to look at it first
  at timestamptz not null default now(),
  primary key (workspace_id, channel_id, id),
  foreign key (workspace_id, channel_id) references channels (workspace_id, id)
);
create index website_waiting_thread on website_waiting (workspace_id, thread_id);
create index website_waiting_token on website_waiting (token_hash) where token_hash is not null;
call parley.wall('website_waiting');
call parley.let_dispatch('website_waiting', 'workspace_id, channel_id');
-- Whoever holds the token may see where it leads, as with website_links.
create policy held_link on website_waiting for select to parley_app
  using (token_hash = nullif(current_setting('parley.token_hash', true), ''));

-- Keeps what visitors sent at the same moment and wakes whoever takes it in, in one journey to the database.
create function parley.keep_waiting(
  workspace uuid, channel uuid, ids uuid[], threads uuid[], token_hashes text[], raws json[], asides text[]
) returns void language plpgsql set search_path = pg_catalog as $$
begin
  perform set_config('parley.workspace', workspace::text, true);
  insert into public.website_waiting (workspace_id, channel_id, id, thread_id, token_hash, raw, aside)
    select workspace, channel, * from unnest(ids, threads, token_hashes, raws, asides);
  notify parley_website;
end $$;
revoke all on function parley.keep_waiting from public;
grant execute on function parley.keep_waiting to parley_app;
