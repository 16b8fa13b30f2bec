import type { Connector, Session } from '../../connectors/contract.ts'
import { inWorkspace } from '../../platform/db.ts'
import { recentMessages } from '../conversations/index.ts'
import type { IngestDeps } from './deps.ts'
import { type IngestChannel, ingestPage } from './ingest-page.ts'
import { readCursor } from './store.ts'

const week = 7 * 24 * 3600 * 1000

/**
 * Follows edits and deletions: asks the network again for the newest customer messages, at most `limit`
 * of the last week, and takes in what changed like any other event.
 */
export async function recheckMessages(
  deps: IngestDeps,
  channel: IngestChannel,
  { connector, session }: { connector: Connector; session: Session },
  limit: number,
): Promise<void> {
  if (!connector.recheck) return
  const since = new Date(deps.clock().getTime() - week)
  const { messages, cursor } = await inWorkspace(
    deps.database.db,
    channel.workspaceId,
    async (tx) => ({
      messages: await recentMessages(tx, channel, { since, limit }),
      cursor: await readCursor(tx, channel),
    }),
  )
  const size = connector.recheckBatch ?? 20
  for (let start = 0; start < messages.length; start += size) {
    const events = await connector.recheck(session, messages.slice(start, start + size))
    if (events.length > 0)
      await ingestPage(deps.database.db, connector, channel, { events, cursor, more: false })
  }
}
