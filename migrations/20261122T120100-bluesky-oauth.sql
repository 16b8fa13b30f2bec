-- Keys by which servers know this installation (OAuth, private_key_jwt). Instance-wide and sealed like every
-- secret. Sign-ins stay bound to the key that they were made with, so older ones
-- stay here, and public, until an operator takes them out.
create table auth.client_keys (
  kid text primary key,
  key_id text not null,
  wrapped_key bytea not null,
  nonce bytea not null,
  ciphertext bytea not null,
  created_at timestamptz not null default now()
);
grant select, insert, update, delete on auth.client_keys to parley_app;
grant select, insert on auth.client_keys to parley_backup;
