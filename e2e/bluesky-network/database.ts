import { randomBytes } from 'node:crypto'
import { Client, escapeIdentifier } from 'pg'

/** A database of its own for one network; `drop` removes it and whoever is connected to it. */
export type NetworkDatabase = { url: string; drop(): Promise<void> }

const PREFIX = 'parley_bluesky_'
const ABANDONED_AFTER_MS = 60_000

/**
 * Creates a fresh database on the server of `serverUrl` (a role that may create databases).
 * Databases that killed networks left behind are dropped on the way: older than a minute, and
 * nobody connected.
 */
export async function createNetworkDatabase(serverUrl: string): Promise<NetworkDatabase> {
  const name = `${PREFIX}${Date.now()}_${randomBytes(4).toString('hex')}`
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  await withClient(serverUrl, async (client) => {
    await dropAbandoned(client)
    await client.query(`create database ${escapeIdentifier(name)} template template0`)
    // What this database holds is worth nothing after the test: do not wait for the disk.
    await client.query(`alter database ${escapeIdentifier(name)} set synchronous_commit = off`)
  })
  return {
    url: url.href,
    drop: () =>
      withClient(serverUrl, async (client) => {
        await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`)
      }),
  }
}

async function dropAbandoned(client: Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    `select datname from pg_database
     where starts_with(datname, $1)
       and datname not in (select datname from pg_stat_activity where datname is not null)`,
    [PREFIX],
  )
  for (const { datname } of rows) {
    const born = Number(datname.slice(PREFIX.length).split('_')[0])
    if (Date.now() - born < ABANDONED_AFTER_MS) continue
    // Without force: a network that connected since keeps its database, and so may win a race.
    await client.query(`drop database if exists ${escapeIdentifier(datname)}`).catch(warn)
  }
}

function warn(error: Error): void {
  process.stderr.write(`bluesky network: an old database stays: ${error.message}\n`)
}

async function withClient(url: string, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await use(client)
  } finally {
    await client.end()
  }
}
