-- One record for a person with several accounts, what they agreed to, and what may be forgotten.

alter table people
  add column tags text[] not null default '{}',
  -- How another system calls them; an import finds them by it again.
  add column external_id text check (length(external_id) between 1 and 200),
  -- Joined to another record: all that was theirs is there, and can be taken back.
  add column merged_into uuid,
  add column erased_at timestamptz,
  add foreign key (workspace_id, merged_into) references people (workspace_id, id);
create unique index people_external on people (workspace_id, external_id) where external_id is not null;
create index people_merged on people (workspace_id, merged_into) where merged_into is not null;
create index people_alike on people (workspace_id, lower(display_name));

-- Nothing of what was said is left; when it was said is, so that figures stay true.
alter table messages add column erased_at timestamptz;

-- How one may be the same person on two networks: the name before the server.
create function parley.bare_handle(handle text) returns text language sql immutable parallel safe as
  $$ select regexp_replace(lower(ltrim(handle, '@')), '(@.*|\.bsky\.social)$', '') $$;
grant execute on function parley.bare_handle to parley_app;
create index identities_alike on identities (workspace_id, parley.bare_handle(handle))
  where network not in ('email', 'website');

-- Addresses and handles that did not come from a network but from an import.
create table person_contacts (
  workspace_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  kind text not null, -- 'email', or the network of a handle
  value text not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, person_id) references people (workspace_id, id)
);
create index person_contacts_person on person_contacts (workspace_id, person_id);
create index person_contacts_value on person_contacts (workspace_id, kind, lower(value));
call parley.wall('person_contacts');

create table person_notes (
  workspace_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  author text not null,
  author_name text not null,
  text text not null,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, person_id) references people (workspace_id, id)
);
create index person_notes_person on person_notes (workspace_id, person_id);
call parley.wall('person_notes');

-- What somebody agreed to. A row is never changed but once, when it is withdrawn.
create table person_consents (
  workspace_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  purpose text not null,
  how text not null,
  given_at timestamptz not null,
  recorded_by text not null,
  recorded_by_name text not null,
  withdrawn_at timestamptz,
  withdrawn_how text,
  primary key (workspace_id, id),
  foreign key (workspace_id, person_id) references people (workspace_id, id)
);
create index person_consents_person on person_consents (workspace_id, person_id);
call parley.wall('person_consents');

-- What became of somebody who was unhappy: a case from the complaint on, and each step of it.
create table win_back_cases (
  workspace_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  conversation_id uuid,
  began_at timestamptz not null,
  state text not null check (state in ('unhappy', 'answered', 'mended', 'came-back', 'mistaken')),
  state_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, person_id) references people (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversations (workspace_id, id)
);
create index win_back_cases_person on win_back_cases (workspace_id, person_id);
create index win_back_cases_began on win_back_cases (workspace_id, began_at);
call parley.wall('win_back_cases');
create table win_back_steps (
  workspace_id uuid not null,
  id uuid not null,
  case_id uuid not null,
  state text not null check (state in ('unhappy', 'answered', 'mended', 'came-back', 'mistaken')),
  at timestamptz not null,
  by text not null,
  by_name text not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, case_id) references win_back_cases (workspace_id, id)
);
create index win_back_steps_case on win_back_steps (workspace_id, case_id, at);
call parley.wall('win_back_steps');

-- What was joined, exactly, so that it can be taken apart again.
create table person_merges (
  workspace_id uuid not null,
  id uuid not null,
  kept_id uuid not null,
  merged_id uuid not null,
  -- {"identities", "contacts", "notes", "consents", "cases": ids that moved, "tags": those that the kept one
  -- did not have}
  moved jsonb not null,
  by text not null,
  by_name text not null,
  at timestamptz not null,
  undone_at timestamptz,
  undone_by_name text,
  primary key (workspace_id, id),
  foreign key (workspace_id, kept_id) references people (workspace_id, id),
  foreign key (workspace_id, merged_id) references people (workspace_id, id)
);
create index person_merges_kept on person_merges (workspace_id, kept_id);
create index person_merges_merged on person_merges (workspace_id, merged_id);
call parley.wall('person_merges');

-- Pairs that somebody looked at and found to be two people; the smaller id first.
create table people_apart (
  workspace_id uuid not null,
  first_id uuid not null,
  second_id uuid not null,
  at timestamptz not null default now(),
  primary key (workspace_id, first_id, second_id),
  foreign key (workspace_id, first_id) references people (workspace_id, id),
  foreign key (workspace_id, second_id) references people (workspace_id, id)
);
call parley.wall('people_apart');
