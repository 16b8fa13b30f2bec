import { z } from 'zod'
import type { AsideEvent } from '../../../contract/events.ts'
import { ChannelId, EventId } from '../../../contract/ids.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, authorize, can } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { connectorOf, findChannel } from '../channels/index.ts'
import { understand } from '../conversations/index.ts'
import type { IngestDeps } from './deps.ts'
import { ingestChannelOf } from './follow-channel.ts'
import { applyEvent } from './ingest-page.ts'
import { lockStream, markEvent } from './store.ts'

type Deps = Pick<IngestDeps, 'database' | 'connectors'>

/** Events kept aside, oldest first. */
export async function listAside(
  deps: Deps,
  actor: Actor,
  { after, limit }: { after?: EventId; limit: number },
): Promise<AsideEvent[]> {
  authorize(actor, can(actor, 'operate'))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const rows = await tx
      .selectFrom('events')
      .select(['id', 'channel_id', 'received_at', 'problem', 'attempts', 'raw'])
      .where('workspace_id', '=', actor.workspaceId)
      .where('state', '=', 'aside')
      .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map((row) => ({
      id: EventId.parse(row.id),
      channelId: ChannelId.parse(row.channel_id),
      receivedAt: row.received_at.toISOString(),
      problem: row.problem ?? '',
      attempts: row.attempts,
      raw: row.raw,
    }))
  })
}

/**
 * Tries an event that was kept aside again, as when it came: after an upgrade it may be understood.
 * @returns whether it was, and if not, why
 */
export async function replayEvent(
  deps: Deps,
  actor: Actor,
  id: EventId,
): Promise<{ understood: boolean; problem: string | null }> {
  authorize(actor, can(actor, 'operate'))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const row = await tx
      .selectFrom('events')
      .select(['id', 'channel_id', 'raw'])
      .where('workspace_id', '=', actor.workspaceId)
      .where('id', '=', id)
      .where('state', '=', 'aside')
      .forUpdate()
      .executeTakeFirst()
    if (!row) throw new AppError('not-found', 'There is no such event kept aside.')
    const channel = await findChannel(tx, actor.workspaceId, ChannelId.parse(row.channel_id))
    if (!channel) throw new Error(`channel ${row.channel_id} is missing`)
    const ingest = ingestChannelOf(channel)
    await lockStream(tx, ingest)
    const connector = connectorOf(deps, channel.network)
    const { event, problem } = understand(connector, ingest.account, z.json().parse(row.raw))
    if (event) await applyEvent(tx, ingest, { id, event })
    else await markEvent(tx, ingest, id, { state: 'aside', problem })
    await audit(tx, actor, id, event !== null)
    return { understood: event !== null, problem }
  })
}

async function audit(tx: Tx, actor: Actor, id: EventId, understood: boolean): Promise<void> {
  await recordAct(tx, actor, {
    act: 'event.replayed',
    subject: `event:${id}`,
    detail: { understood },
  })
}
