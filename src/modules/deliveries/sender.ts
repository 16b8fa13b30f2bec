import { randomUUID } from 'node:crypto'
import type { DeliveryId, WorkspaceId } from '../../../contract/ids.ts'
import { inWorkspace } from '../../platform/db.ts'
import { type Loop, startLoop } from '../../platform/loop.ts'
import type { DeliveryDeps } from './deps.ts'
import { sendDelivery } from './send-delivery.ts'
import { claimDeliveries, type Delivery, renewLeases, workspacesWithDue } from './store.ts'

export type SenderOptions = {
  /** A delivery whose worker died is taken over after this time. Default 15 s. */
  leaseMs?: number
  /** How often to look for work that nobody announced. Default 1 s. */
  pollMs?: number
  /** Deliveries under way at once. Default 8. */
  concurrency?: number
}

/**
 * The only way out: takes up what is due, in all workspaces, and sends it. `wake` asks it to look now.
 * `stop` resolves when everything under way has its outcome written down.
 */
export function startSender(deps: DeliveryDeps, options: SenderOptions = {}): Loop {
  const { leaseMs = 15_000, pollMs = 1000, concurrency = 8 } = options
  const holder = randomUUID()
  const underWay = new Map<DeliveryId, { workspaceId: WorkspaceId; done: Promise<void> }>()
  const loop = startLoop({ name: 'sender', everyMs: pollMs, log: deps.log, work: takeUp })
  const renewal = setInterval(() => void renew(), leaseMs / 3)

  async function takeUp(): Promise<void> {
    for (const workspaceId of await workspacesWithDue(deps.database.dispatch)) {
      const limit = concurrency - underWay.size
      if (limit <= 0) return
      const claimed = await inWorkspace(deps.database.db, workspaceId, (tx) =>
        claimDeliveries(tx, workspaceId, {
          holder,
          leaseMs,
          limit,
          except: underWayIn(workspaceId),
        }),
      )
      for (const delivery of claimed) start(delivery)
    }
  }

  function start(delivery: Delivery): void {
    const done = sendDelivery(deps, delivery, holder)
      // The lease runs out and the delivery is taken up again, in doubt if it was begun.
      .catch((err: unknown) =>
        deps.log.error({ err, delivery: delivery.id }, 'a delivery broke off'),
      )
      .finally(() => {
        underWay.delete(delivery.id)
        loop.wake()
      })
    underWay.set(delivery.id, { workspaceId: delivery.workspaceId, done })
  }

  // Only these: the lease of one that broke off has to run out.
  async function renew(): Promise<void> {
    const workspaces = new Set([...underWay.values()].map((one) => one.workspaceId))
    for (const workspaceId of workspaces)
      await inWorkspace(deps.database.db, workspaceId, (tx) =>
        renewLeases(tx, workspaceId, { holder, leaseMs, ids: underWayIn(workspaceId) }),
      ).catch((err: unknown) => deps.log.warn({ err }, 'leases could not be renewed'))
  }

  function underWayIn(workspaceId: WorkspaceId): DeliveryId[] {
    return [...underWay].flatMap(([id, one]) => (one.workspaceId === workspaceId ? [id] : []))
  }

  return {
    wake: loop.wake,
    async stop() {
      await loop.stop()
      await Promise.all([...underWay.values()].map((one) => one.done))
      clearInterval(renewal)
    },
  }
}
