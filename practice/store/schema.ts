/** Times are milliseconds since 1970. Ids are decimal strings of 18 digits, so that comparing
 * them as text and as numbers gives the same order until the year 2455. */
export const schema = `
create table if not exists meta (key text primary key, value text not null) strict;

create table if not exists accounts (
  id text primary key, username text not null, domain text not null default '',
  display_name text not null, note text not null default '', language text not null,
  shop integer not null default 0, followed integer not null default 1,
  follows_shop integer not null default 0, created_at integer not null,
  unique (username, domain)) strict;

create table if not exists statuses (
  id text primary key, account_id text not null references accounts, text text not null,
  spoiler text not null, visibility text not null, language text, sensitive integer not null,
  in_reply_to_id text, in_reply_to_account_id text, thread_id text not null,
  idempotency_key text, application text, created_at integer not null,
  edited_at integer, deleted_at integer) strict;
create index if not exists statuses_thread on statuses (thread_id, id);
create index if not exists statuses_account on statuses (account_id, id);
create index if not exists statuses_parent on statuses (in_reply_to_id);

create table if not exists mentions (
  status_id text not null, account_id text not null, primary key (status_id, account_id)) strict;
create table if not exists edits (
  status_id text not null, text text not null, spoiler text not null,
  sensitive integer not null, created_at integer not null) strict;
create table if not exists reactions (
  status_id text not null, account_id text not null, kind text not null,
  primary key (status_id, account_id, kind)) strict;

create table if not exists media (
  id text primary key, account_id text not null, status_id text, position integer not null default 0,
  type text not null, mime text not null, description text, width integer, height integer,
  focus_x real not null default 0, focus_y real not null default 0, ready_at integer not null,
  data blob not null, small blob) strict;
create index if not exists media_status on media (status_id);

create table if not exists notifications (
  id text primary key, account_id text not null, type text not null, from_id text not null,
  status_id text, created_at integer not null, visible_at integer not null,
  dismissed integer not null default 0) strict;
create index if not exists notifications_account on notifications (account_id, id);

create table if not exists conversations (
  id text primary key, account_id text not null, thread_id text not null,
  last_status_id text not null, unread integer not null, unique (account_id, thread_id)) strict;

create table if not exists idempotency (
  account_id text not null, key text not null, status_id text not null, at integer not null,
  primary key (account_id, key)) strict;

create table if not exists apps (
  id text primary key, client_id text not null unique, client_secret text not null,
  name text not null, website text, redirect_uris text not null, scopes text not null) strict;
create table if not exists codes (
  code text primary key, app_id text not null, redirect_uri text not null, scopes text not null,
  challenge text, at integer not null, used integer not null default 0) strict;
create table if not exists tokens (
  token text primary key, app_id text not null, account_id text, scopes text not null,
  created_at integer not null, revoked_at integer) strict;

create table if not exists faults (
  id text primary key, body text not null, times_left integer, until integer,
  fired integer not null default 0, draws integer not null default 0) strict;

create table if not exists scripts (
  id text primary key, scenario text not null, voice integer not null, language text not null,
  seed integer not null, pace real not null, account_id text not null, path text not null,
  status_id text, done integer not null default 0) strict;
create table if not exists due (
  id text primary key, at integer not null, kind text not null, body text not null) strict;
create index if not exists due_at on due (at);
`
