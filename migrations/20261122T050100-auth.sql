-- Who may sign in. Tables and column names are those of better-auth (user, session, account, verification,
-- two-factor, passkey); users belong to the instance and reach a workspace through members.
create schema auth;
grant usage on schema auth to parley_app, parley_backup;

create table auth."user" (
  "id" text primary key,
  "name" text not null,
  "email" text not null unique,
  "emailVerified" boolean not null,
  "image" text,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null default current_timestamp,
  "twoFactorEnabled" boolean
);

create table auth."session" (
  "id" text primary key,
  "expiresAt" timestamptz not null,
  "token" text not null unique,
  "createdAt" timestamptz not null default current_timestamp,
  -- When it was last seen; a session idle for 7 days is over.
  "updatedAt" timestamptz not null,
  "ipAddress" text,
  "userAgent" text,
  "userId" text not null references auth."user" ("id") on delete cascade,
  -- The second factor it was opened with; null: none, and nothing but enrolment is open to it.
  "factor" text check ("factor" in ('totp', 'backup-code', 'passkey'))
);
create index on auth."session" ("userId");

create table auth."account" (
  "id" text primary key,
  "accountId" text not null,
  "providerId" text not null,
  "userId" text not null references auth."user" ("id") on delete cascade,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  "scope" text,
  "password" text,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null
);
create index on auth."account" ("userId");

create table auth."verification" (
  "id" text primary key,
  "identifier" text not null,
  "value" text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null default current_timestamp
);
create index on auth."verification" ("identifier");

create table auth."twoFactor" (
  "id" text primary key,
  "secret" text not null,
  "backupCodes" text not null,
  "userId" text not null references auth."user" ("id") on delete cascade,
  "verified" boolean,
  "failedVerificationCount" integer,
  "lockedUntil" timestamptz
);
create index on auth."twoFactor" ("secret");
create index on auth."twoFactor" ("userId");

create table auth."passkey" (
  "id" text primary key,
  "name" text,
  "publicKey" text not null,
  "userId" text not null references auth."user" ("id") on delete cascade,
  "credentialID" text not null,
  "counter" integer not null,
  "deviceType" text not null,
  "backedUp" boolean not null,
  "transports" text,
  "createdAt" timestamptz,
  "aaguid" text
);
create index on auth."passkey" ("userId");
create index on auth."passkey" ("credentialID");

-- Codes of authenticator apps that were used: each opens one session.
create table auth.used_codes (
  user_id text not null references auth."user" ("id") on delete cascade,
  code_hash text not null,
  used_at timestamptz not null,
  primary key (user_id, code_hash)
);

-- Wrong passwords in a row, by account; further tries wait until wait_until.
create table auth.guesses (
  subject text primary key,
  failures int not null,
  last_at timestamptz not null,
  wait_until timestamptz not null
);

grant select, insert, update, delete on all tables in schema auth to parley_app;
grant select, insert on all tables in schema auth to parley_backup;

-- Whether anybody has set this instance up: asked by visitors, who may see no workspace. (plpgsql, since
-- the table comes later.)
create function parley.any_workspace() returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
  return exists (select from public.workspaces);
end $$;

-- Ids of workspaces, for the operator at the command line, who names none when there is only one.
create function parley.workspace_ids() returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
  return query select id from public.workspaces order by created_at limit 2;
end $$;
revoke all on function parley.any_workspace, parley.workspace_ids from public;
grant execute on function parley.any_workspace, parley.workspace_ids to parley_app;
