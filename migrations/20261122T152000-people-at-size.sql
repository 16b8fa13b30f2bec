-- Finding people among very many. As with messages, row-level security keeps an index from being used by what is
-- not leakproof: a part of a name, a tag, a name in small letters. So these go through functions of a role
-- that the wall does not stop, and each puts up the same wall itself (see parley.find_conversations).
create extension if not exists pg_trgm;

create index people_found on people using gin (workspace_id, display_name gin_trgm_ops);
create index people_tagged on people using gin (workspace_id, tags);
create index identities_found on identities using gin (workspace_id, handle gin_trgm_ops, display_name gin_trgm_ops);
create index person_contacts_found on person_contacts using gin (workspace_id, value gin_trgm_ops);
create index win_back_cases_state on win_back_cases (workspace_id, state, person_id);

create index identities_email on identities (workspace_id, lower(remote_id)) where network = 'email';
create index identities_named on identities (workspace_id, lower(display_name)) where display_name like '% %';
create index person_contacts_alike on person_contacts (workspace_id, parley.bare_handle(value)) where kind <> 'email';
create index website_threads_email on website_threads (workspace_id, lower(email)) where email is not null;

create policy search on people for select to parley_search using (true);
create policy search on identities for select to parley_search using (true);
create policy search on person_contacts for select to parley_search using (true);
create policy search on website_threads for select to parley_search using (true);
create policy search on conversations for select to parley_search using (true);
grant select (workspace_id, id, display_name, tags, merged_into, erased_at) on people to parley_search;
grant select (workspace_id, person_id, network, remote_id, handle, display_name) on identities to parley_search;
grant select (workspace_id, person_id, kind, value) on person_contacts to parley_search;
grant select (workspace_id, id, channel_id, email) on website_threads to parley_search;
grant select (workspace_id, channel_id, thread_key, person_id) on conversations to parley_search;
grant execute on function parley.bare_handle to parley_search;

-- People of the workspace with an `ilike` pattern in a name, a handle or a contact.
create function parley.find_people(pattern text) returns setof uuid
language sql stable security definer set search_path = public, pg_catalog rows 200 as $$
  select id from people where workspace_id = parley.workspace() and display_name ilike pattern
  union
  select person_id from identities
  where workspace_id = parley.workspace() and (handle ilike pattern or display_name ilike pattern)
  union
  select person_id from person_contacts where workspace_id = parley.workspace() and value ilike pattern
$$;

create function parley.find_tagged(tag text) returns setof uuid
language sql stable security definer set search_path = public, pg_catalog rows 200 as $$
  select id from people where workspace_id = parley.workspace() and tags @> array[tag]
$$;

-- Who shares an address, a handle or a name of two words at least with somebody. What more than six share
-- tells nothing; of each kind 1,000 rows are looked at, so that a name of thousands costs no more.
create function parley.find_alike(person uuid) returns setof uuid
language sql stable security definer set search_path = public, pg_catalog rows 10 as $$
  with mine as (
    select 'email' as kind, lower(remote_id) as sign from identities
    where workspace_id = parley.workspace() and person_id = person and network = 'email'
    union select 'email', lower(value) from person_contacts
    where workspace_id = parley.workspace() and person_id = person and kind = 'email'
    union select 'email', lower(w.email) from conversations c
    join website_threads w on w.workspace_id = c.workspace_id and w.channel_id = c.channel_id
      and w.id = case when c.thread_key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then c.thread_key::uuid end
    where c.workspace_id = parley.workspace() and c.person_id = person and w.email is not null
    union select 'handle', parley.bare_handle(handle) from identities
    where workspace_id = parley.workspace() and person_id = person and network not in ('email', 'website')
    union select 'handle', parley.bare_handle(value) from person_contacts
    where workspace_id = parley.workspace() and person_id = person and kind <> 'email'
    union select 'name', lower(display_name) from people
    where workspace_id = parley.workspace() and id = person and display_name like '% %'
    union select 'name', lower(display_name) from identities
    where workspace_id = parley.workspace() and person_id = person and display_name like '% %'
  ), shared as (
    select m.kind, m.sign, o.id from mine m cross join lateral (
      (select i.person_id as id from identities i
        where m.kind = 'email' and i.workspace_id = parley.workspace() and i.network = 'email'
          and lower(i.remote_id) = m.sign limit 1000)
      union (select x.person_id from person_contacts x
        where m.kind = 'email' and x.workspace_id = parley.workspace() and x.kind = 'email'
          and lower(x.value) = m.sign limit 1000)
      union (select c.person_id from website_threads w
        join conversations c on c.workspace_id = w.workspace_id and c.channel_id = w.channel_id and c.thread_key = w.id::text
        where m.kind = 'email' and w.workspace_id = parley.workspace() and w.email is not null
          and lower(w.email) = m.sign limit 1000)
      union (select i.person_id from identities i
        where m.kind = 'handle' and i.workspace_id = parley.workspace() and i.network not in ('email', 'website')
          and parley.bare_handle(i.handle) = m.sign limit 1000)
      union (select x.person_id from person_contacts x
        where m.kind = 'handle' and x.workspace_id = parley.workspace() and x.kind <> 'email'
          and parley.bare_handle(x.value) = m.sign limit 1000)
      union (select p.id from people p
        where m.kind = 'name' and p.workspace_id = parley.workspace() and p.display_name like '% %'
          and lower(p.display_name) = m.sign and p.merged_into is null and p.erased_at is null limit 1000)
      union (select i.person_id from identities i
        where m.kind = 'name' and i.workspace_id = parley.workspace() and i.display_name like '% %'
          and lower(i.display_name) = m.sign limit 1000)
    ) o cross join lateral (
      select from people p where p.workspace_id = parley.workspace() and p.id = o.id
        and p.merged_into is null and p.erased_at is null offset 0 -- each by its key, not all people at once
    ) standing
  ), rare as (
    select array_agg(id) as ids from shared group by kind, sign having count(*) between 2 and 6
  )
  select distinct id from rare, unnest(ids) as id where person = any(ids) and id <> person
$$;

revoke all on function parley.find_people, parley.find_tagged, parley.find_alike from public;
grant execute on function parley.find_people, parley.find_tagged, parley.find_alike to parley_app;
grant create on schema parley to parley_search;
alter function parley.find_people owner to parley_search;
alter function parley.find_tagged owner to parley_search;
alter function parley.find_alike owner to parley_search;
revoke create on schema parley from parley_search;
