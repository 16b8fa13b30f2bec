import { join } from 'node:path'
import { WorkspaceId } from '../contract/ids.ts'
import { mastodon } from '../src/connectors/mastodon/mastodon.ts'
import { aloneOAuth, noTcp, openHttp } from '../src/connectors/suite.ts'
import type { Actor } from '../src/modules/access/index.ts'
import { connectChannel, type StoredChannel } from '../src/modules/channels/index.ts'
import type { Pace } from '../src/modules/ingest/index.ts'
import { loadKeyring } from '../src/platform/crypto.ts'
import { type Database, inWorkspace } from '../src/platform/db.ts'
import { newId } from '../src/platform/ids.ts'
import { createTestLog, type TestLog } from './log.ts'

/** Everything ten times faster than usual, but in the same proportions. */
export const briskPace: Pace = {
  pollMs: 400,
  pollLiveMs: 20_000,
  checkMs: 4500,
  recheckMs: 1500,
  patienceMs: 2000,
}

/** What receiving works with, speaking to the Mastodon API, in any process that has the key file. */
export async function streamDeps(database: Database, home: string, log: TestLog = createTestLog()) {
  return {
    database,
    http: openHttp(),
    dial: noTcp,
    oauth: aloneOAuth,
    keyring: await loadKeyring(join(home, 'secret.key')),
    connectors: new Map([[mastodon.network, mastodon]]),
    clock: () => new Date(),
    log: log.log,
  }
}

/** A business of its own with the practice network's shop connected. */
export async function connectShop(
  deps: Awaited<ReturnType<typeof streamDeps>>,
  practice: { url: string; token: string },
): Promise<StoredChannel> {
  const workspaceId = newId(WorkspaceId)
  await inWorkspace(deps.database.db, workspaceId, (tx) =>
    tx
      .insertInto('workspaces')
      .values({ id: workspaceId, name: 'Shop', time_zone: 'UTC', locale: 'en', hours: '{}' })
      .execute(),
  )
  const operator: Actor = { kind: 'operator', workspaceId, name: 'Operator' }
  const fields = { server: practice.url, token: practice.token }
  return connectChannel(deps, operator, { network: 'mastodon', fields })
}
