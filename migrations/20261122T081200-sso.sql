-- Single sign-on by OpenID Connect: the providers of a workspace and who is known through them.
create table sso_providers (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  -- Exactly as the provider's own discovery document says it.
  issuer text not null,
  client_id text not null,
  secret_id uuid not null, -- the client secret, in the vault
  name text not null,
  domains text[] not null check (cardinality(domains) > 0),
  -- What a newcomer without an invitation becomes; null: nobody comes without one. Never an owner.
  newcomer_role text check (newcomer_role in ('admin', 'publisher', 'responder', 'contributor', 'analyst')),
  -- Whether its word that a second factor was used counts as one.
  trusts_factor boolean not null default false,
  state text not null default 'off' check (state in ('off', 'on', 'enforced')),
  -- When a manager last came back from it, and whether it said that a second factor was used.
  tried_at timestamptz,
  tried_factor boolean,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, issuer)
);
call parley.wall('sso_providers');
-- The sign-in page knows no workspace: it finds the provider by its id or by an e-mail domain.
call parley.let_dispatch('sso_providers', 'workspace_id, id, name, domains, state, created_at');
create index sso_providers_domains on sso_providers using gin (domains) where state <> 'off';

-- Which user a subject of an issuer is, in this workspace.
create table sso_identities (
  workspace_id uuid not null references workspaces (id),
  issuer text not null,
  subject text not null,
  user_id text not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, issuer, subject),
  unique (workspace_id, issuer, user_id)
);
call parley.wall('sso_identities');

-- Sign-ins under way at a provider. Only hashes: what they were made of is in the browser's cookie.
create table auth.sso_attempts (
  state_hash text primary key,
  browser_hash text not null,
  workspace_id uuid not null,
  provider_id uuid not null,
  -- Set: a manager tries the provider, and nobody is signed in by it.
  tried_by text,
  next text,
  created_at timestamptz not null
);
create index on auth.sso_attempts (created_at);
grant select, insert, update, delete on auth.sso_attempts to parley_app;
grant select, insert on auth.sso_attempts to parley_backup;

-- A session that a workspace's provider opened reaches that workspace and no other.
alter table auth."session" add column "ssoWorkspace" text, add column "ssoProvider" text;
create index on auth."session" ("ssoProvider") where "ssoProvider" is not null;
alter table auth."session" drop constraint "session_factor_check";
alter table auth."session" add constraint "session_factor_check"
  check ("factor" in ('totp', 'backup-code', 'passkey', 'sso'));

-- Whether a workspace lets its members in through its provider only; asked while no workspace is chosen yet.
create function parley.must_sso(workspace uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
  return exists (
    select from public.sso_providers where workspace_id = workspace and state = 'enforced');
end $$;
revoke all on function parley.must_sso from public;
grant execute on function parley.must_sso to parley_app;
