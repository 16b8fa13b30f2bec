-- The website channel: forms on a website, and the private conversation pages of those who wrote there.

-- How a form looks. No row: as it comes.
create table website_forms (
  workspace_id uuid not null,
  channel_id uuid not null,
  accent text not null check (accent ~ '^#[0-9a-f]{6}$'),
  -- Words above the form, by language: {"en": …, "ro": …}; empty: our own.
  greeting jsonb not null,
  languages text[] not null check (cardinality(languages) > 0 and languages <@ array['en', 'ro']),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, channel_id),
  foreign key (workspace_id, channel_id) references channels (workspace_id, id)
);
call parley.wall('website_forms');

-- A form is asked for by its channel's id alone: the dispatcher finds whose it is.
create index channels_websites on channels (id) where network = 'website';

-- What a visitor began by sending the form. Its id is the thread key of the conversation.
create table website_threads (
  workspace_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  name text not null,
  email text, -- as the visitor wrote it
  email_verified_at timestamptz, -- when a link that was mailed there was opened
  language text not null check (language in ('en', 'ro')),
  seen_at timestamptz, -- when the visitor last looked at the page
  mailed_at timestamptz, -- when the visitor was last told by mail that there is an answer
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, channel_id) references channels (workspace_id, id)
);
call parley.wall('website_threads');

-- Private links to a thread: the one shown after sending, and those sent by mail. Only hashes are kept.
create table website_links (
  workspace_id uuid not null,
  token_hash text not null,
  thread_id uuid not null,
  by_mail_to text, -- the address that it was mailed to; null: it was shown on the page
  created_at timestamptz not null default now(),
  primary key (workspace_id, token_hash),
  foreign key (workspace_id, thread_id) references website_threads (workspace_id, id)
);
create index website_links_by_token on website_links (token_hash);
create index website_links_thread on website_links (workspace_id, thread_id);
call parley.wall('website_links');
-- Whoever holds the token may see where it leads.
create policy held_link on website_links for select to parley_app
  using (token_hash = nullif(current_setting('parley.token_hash', true), ''));
