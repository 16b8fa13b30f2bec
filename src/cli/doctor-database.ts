import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { checkSecrets } from '../modules/vault/index.ts'
import { loadKeyring } from '../platform/crypto.ts'
import type { Db } from '../platform/db.ts'
import { messageOf } from '../platform/errors.ts'
import type { Check } from './doctor-check.ts'
import type { Instance } from './open.ts'

const oldestServer = 150_000
const migrationsFolder = join(import.meta.dirname, '../../migrations')

/** What can be wrong in the database and with the work that waits there. Reads only. */
export async function checkDatabase(instance: Instance): Promise<Check[]> {
  const client = new pg.Client({ connectionString: instance.url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const server = [await checkServer(client), await checkClock(client)]
    const migrations = await checkMigrations(client)
    if (!migrations.ok) return [...server, migrations]
    const { dispatch } = instance.database
    return [
      ...server,
      migrations,
      await checkWalls(client),
      await checkStoredSecrets(instance),
      await checkChannels(dispatch),
      await checkDeliveries(dispatch),
      await checkEvents(dispatch),
      await checkJobs(client),
    ]
  } finally {
    await client.end()
  }
}

async function checkServer(client: pg.Client): Promise<Check> {
  const { rows } = await client.query<{ number: string; version: string }>(
    `select current_setting('server_version_num') as number, current_setting('server_version') as version`,
  )
  const ok = Number(rows[0]?.number) >= oldestServer
  return {
    name: 'database',
    ok,
    says: `PostgreSQL ${rows[0]?.version}`,
    remedy: 'Parley needs 15 or newer.',
  }
}

async function checkClock(client: pg.Client): Promise<Check> {
  const before = Date.now()
  const { rows } = await client.query<{ now: Date }>('select clock_timestamp() as now')
  const skewMs = Math.abs((rows[0]?.now.getTime() ?? 0) - (before + Date.now()) / 2)
  const says = `${(skewMs / 1000).toFixed(1)} s apart from the database`
  const remedy = 'Set the clocks of both machines by NTP.'
  return { name: 'clock', ok: skewMs < 5000, says, remedy }
}

async function checkMigrations(client: pg.Client): Promise<Check> {
  const name = 'migrations'
  const { rows: found } = await client.query<{ there: boolean }>(
    `select to_regclass('public.kysely_migration') is not null as there`,
  )
  const { rows } = found[0]?.there
    ? await client.query<{ name: string }>('select name from public.kysely_migration')
    : { rows: [] }
  const applied = new Set(rows.map((row) => row.name))
  const known = (await readdir(migrationsFolder))
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.replace(/[.]sql$/, ''))
  const pending = known.filter((migration) => !applied.has(migration))
  const strange = [...applied].filter((migration) => !known.includes(migration))
  if (strange.length > 0) {
    const says = `the database is of a newer Parley (${strange[0]})`
    return { name, ok: false, says, remedy: 'Run the newer Parley.' }
  }
  const says = pending.length > 0 ? `${pending.length} to apply` : `${applied.size} applied`
  const remedy = 'Make a backup, then: parley migrate'
  return { name, ok: pending.length === 0, says, remedy }
}

/** Every table of a workspace has its wall, and the role of the app cannot climb it. */
async function checkWalls(client: pg.Client): Promise<Check> {
  const { rows: roles } = await client.query<{ name: string }>(
    `select rolname as name from pg_roles where rolname in ('parley_app', 'parley_dispatch', 'parley_backup', 'parley_search')
     and (rolsuper or rolbypassrls)`,
  )
  const { rows: tables } = await client.query<{ name: string }>(`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and exists (
        select from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id')
      and not (c.relrowsecurity and c.relforcerowsecurity and exists (
        select from pg_policy p where p.polrelid = c.oid and p.polname = 'wall')
        and pg_get_userbyid(c.relowner) <> 'parley_app')`)
  const open = [...roles, ...tables].map(({ name }) => name)
  const says = open.length > 0 ? `open: ${open.join(', ')}` : 'each workspace sees only itself'
  const remedy = 'Somebody changed roles or tables by hand: undo it, or restore a backup.'
  return { name: 'walls', ok: open.length === 0, says, remedy }
}

async function checkStoredSecrets({ config, database }: Instance): Promise<Check> {
  const name = 'stored sign-ins'
  const remedy = `Put the key file they were sealed with at ${config.secretKeyFile}.`
  try {
    const there = existsSync(config.secretKeyFile)
    const keyring = there ? await loadKeyring(config.secretKeyFile) : null
    const { opens, closed } = await checkSecrets(database, keyring)
    const says = closed > 0 ? `${closed} do not open` : `${opens} open`
    return { name, ok: closed === 0, says, remedy }
  } catch (error) {
    return { name, ok: false, says: messageOf(error), remedy }
  }
}

async function checkChannels(dispatch: Db): Promise<Check> {
  const { total, ill } = await dispatch
    .selectFrom('channels')
    .select((c) => [
      c.fn.countAll<number>().as('total'),
      c.fn.countAll<number>().filterWhere('state', '=', 'attention').as('ill'),
    ])
    .executeTakeFirstOrThrow()
  const says = ill > 0 ? `${ill} of ${total} need attention` : `${total} connected`
  const remedy = 'parley channel list says which and why. Connect those again.'
  return { name: 'channels', ok: ill === 0, says, remedy }
}

const starting =
  'Start Parley (npm start), or a process with PARLEY_ROLE=worker; if one runs, look at its log.'

async function checkDeliveries(dispatch: Db): Promise<Check> {
  const { late } = await dispatch
    .selectFrom('deliveries')
    .select((d) => d.fn.countAll<number>().as('late'))
    .where('state', 'in', ['queued', 'sending'])
    .where('not_before', '<', sql<Date>`now() - interval '2 minutes'`)
    .where((d) => d.or([d('lease_until', 'is', null), d('lease_until', '<', sql<Date>`now()`)]))
    .executeTakeFirstOrThrow()
  const says = late > 0 ? `${late} wait longer than two minutes` : 'none is late'
  return { name: 'replies to send', ok: late === 0, says, remedy: starting }
}

async function checkEvents(dispatch: Db): Promise<Check> {
  const { aside } = await dispatch
    .selectFrom('events')
    .select((e) => e.fn.countAll<number>().as('aside'))
    .where('state', '=', 'aside')
    .executeTakeFirstOrThrow()
  const says = aside > 0 ? `${aside} were kept aside` : 'none is kept aside'
  const remedy = 'They could not be read. See them with parley aside list.'
  return { name: 'messages received', ok: aside === 0, says, remedy }
}

async function checkJobs(client: pg.Client): Promise<Check> {
  const { rows } = await client.query<{ late: string; dead: string }>(`
    select count(*) filter (where attempts < max_attempts and locked_at is null
        and run_at < now() - interval '5 minutes') as late,
      count(*) filter (where attempts >= max_attempts) as dead
    from graphile_worker.jobs`)
  const [late, dead] = [Number(rows[0]?.late), Number(rows[0]?.dead)]
  const says = late + dead > 0 ? `${late} are late, ${dead} failed for good` : 'none is late'
  return { name: 'background work', ok: late + dead === 0, says, remedy: starting }
}
