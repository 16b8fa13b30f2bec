-- A message of ours that came back: it never arrived, so it answered nothing.
alter table messages add column returned_at timestamptz;
alter table messages add column returned_why text;

-- Mail to somebody who need not have written: invitations, digests, pages to whoever is on call.
create table outgoing_mails (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  -- Asking twice for the same mail is asking once.
  dedupe_key text,
  to_address text not null,
  subject text not null,
  -- Emptied once it is on its way: links in such mail open doors.
  text text not null,
  html text,
  automatic boolean not null,
  unsubscribe text,
  -- Chosen before the first attempt; the Message-ID is made of it, the same at every attempt.
  send_key text not null,
  state text not null check (state in ('waiting', 'sending', 'sent', 'failed', 'unknown', 'returned')),
  attempts int not null default 0,
  -- How often it was sent again although an earlier attempt may have succeeded: at most once.
  repeats int not null default 0,
  lease_until timestamptz,
  problem text,
  channel_id uuid,
  remote_id text,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, dedupe_key)
);
create index outgoing_mails_waiting on outgoing_mails (workspace_id, id) where state = 'waiting';
create index outgoing_mails_remote on outgoing_mails (workspace_id, remote_id) where remote_id is not null;
call parley.wall('outgoing_mails');
