import { promises as dns } from 'node:dns'
import pg from 'pg'
import { connectors } from '../connectors/registry.ts'
import { type ChannelDeps, connectChannel } from '../modules/channels/index.ts'
import { createOAuthTools } from '../oauth-tools.ts'
import { systemClock } from '../platform/clock.ts'
import { createDial } from '../platform/guarded-dial.ts'
import { tcpOrigin } from '../platform/http.ts'
import { createHttpClient } from '../platform/http-client.ts'
import { isPublicAddress } from '../platform/http-guard.ts'
import { createLog } from '../platform/log.ts'
import { type Answer, CommandError, exitCodes, type Surroundings } from './command.ts'
import { type Instance, keyringOf, operatorOf, withInstance } from './open.ts'

type Account = {
  network: string
  fields: Record<string, string>
} & (
  | {
      /** Address of the web server, as it was typed. */
      service: string
    }
  /** Servers that do not speak HTTP. */
  | { servers: readonly { host: string; port: number }[] }
)

/** Connects an account as the operator, and allows its servers when they are on a private network. */
export async function connectAccount(
  account: Account,
  surroundings: Surroundings,
): Promise<Answer> {
  const origins =
    'service' in account
      ? [originOf(account.service)]
      : account.servers.map(({ host, port }) => tcpOrigin(host, port))
  return withInstance(surroundings, async (instance) => {
    const actor = await operatorOf(instance)
    const newlyAllowed: string[] = []
    for (const origin of origins) {
      if (!(await isPrivate(origin)) || !(await allowOrigin(instance.url, origin))) continue
      newlyAllowed.push(origin)
      surroundings.note(
        `${origin} is on a private network. You named it, so Parley may reach it from now on.`,
      )
    }
    try {
      const channel = await withDeps(instance, (deps) =>
        connectChannel(deps, actor, { network: account.network, fields: account.fields }),
      )
      const { id, network, service, state } = channel
      const { handle } = channel.account
      return {
        json: { id, network, service, handle, state },
        text: `Connected ${handle} on ${service}.`,
      }
    } catch (error) {
      for (const origin of newlyAllowed) await forbidOrigin(instance.url, origin)
      throw error
    }
  })
}

/** What the channels module works with, for the length of one command. */
export async function withDeps<Result>(
  instance: Instance,
  work: (deps: ChannelDeps) => Promise<Result>,
): Promise<Result> {
  const rows = await instance.database.db.selectFrom('allowed_origins').select('origin').execute()
  const allowed = new Set(rows.map(({ origin }) => origin))
  const http = createHttpClient({
    allowPrivate: (url) => allowed.has(url.origin),
    userAgent: 'Parley/0.1',
  })
  const keyring = await keyringOf(instance)
  try {
    return await work({
      database: instance.database,
      http,
      dial: createDial({ allowPrivate: (host, port) => allowed.has(tcpOrigin(host, port)) }),
      keyring,
      connectors,
      oauth: createOAuthTools(instance.database, keyring, instance.config),
      clock: systemClock,
      publicUrl: instance.config.publicUrl,
      log: createLog('warn', process.stderr),
    })
  } finally {
    await http.close()
  }
}

function originOf(service: string): string {
  const address = /^https?:\/\//i.test(service) ? service : `https://${service}`
  if (URL.canParse(address)) return new URL(address).origin
  throw new CommandError(exitCodes.usage, `"${service}" is not the address of a server.`)
}

async function isPrivate(origin: string): Promise<boolean> {
  const host = new URL(origin).hostname.replace(/^\[|\]$/g, '')
  try {
    const addresses = await dns.lookup(host, { all: true })
    return addresses.some(({ address }) => !isPublicAddress(address))
  } catch {
    return false // The connector says better what is wrong with a name that nobody knows.
  }
}

/** @returns whether it was not allowed before */
export async function allowOrigin(url: string, origin: string): Promise<boolean> {
  const why = 'named at the command line'
  const text =
    'insert into public.allowed_origins (origin, why) values ($1, $2) on conflict (origin) do nothing'
  return (await asOwner(url, text, [origin, why])) > 0
}

async function forbidOrigin(url: string, origin: string): Promise<void> {
  await asOwner(url, 'delete from public.allowed_origins where origin = $1', [origin])
}

// The app's own role may not write this table: only who runs the machine opens its network.
async function asOwner(url: string, text: string, values: string[]): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(text, values)).rowCount ?? 0
  } finally {
    await client.end()
  }
}
