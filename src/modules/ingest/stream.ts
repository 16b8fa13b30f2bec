import { randomUUID } from 'node:crypto'
import { inWorkspace } from '../../platform/db.ts'
import { type Loop, startLoop } from '../../platform/loop.ts'
import type { IngestDeps } from './deps.ts'
import { followChannel, type Pace, usualPace } from './follow-channel.ts'
import type { Place } from './keep-listening.ts'
import { idleStreams, leaseStream, releaseStream } from './store.ts'

export type StreamOptions = { pace?: Pace; leaseMs?: number }

type Followed = { place: Place; controller: AbortController; done: Promise<void> }

/**
 * Receives all channels that no other process receives. Each channel has one receiver at a time, by a
 * lease that runs out soon after its process died.
 */
export function startStream(deps: IngestDeps, options: StreamOptions = {}): Loop {
  const { pace = usualPace, leaseMs = 15_000 } = options
  const holder = randomUUID()
  // The others put what comes in by themselves: nothing runs for their channels.
  const receiving = [...deps.connectors.values()].flatMap((one) =>
    one.receive ? [one.network] : [],
  )
  const followed = new Map<string, Followed>()
  const loop = startLoop({ name: 'stream', everyMs: 1000, log: deps.log, work: takeUp })
  const renewal = setInterval(() => void renew(), leaseMs / 3)

  async function takeUp(): Promise<void> {
    for (const place of await idleStreams(deps.database.dispatch, receiving)) {
      if (followed.has(place.channelId)) continue
      const ours = await inWorkspace(deps.database.db, place.workspaceId, (tx) =>
        leaseStream(tx, place, { holder, leaseMs }),
      )
      if (ours) follow(place)
    }
  }

  function follow(place: Place): void {
    const controller = new AbortController()
    const done = followChannel(deps, place, pace, controller.signal)
      .catch((err: unknown) => deps.log.error({ err, ...place }, 'following a channel ended'))
      .then(() =>
        inWorkspace(deps.database.db, place.workspaceId, (tx) => releaseStream(tx, place, holder)),
      )
      .catch((err: unknown) => deps.log.warn({ err }, 'a channel was not given up; its lease ends'))
      .finally(() => followed.delete(place.channelId))
    followed.set(place.channelId, { place, controller, done })
  }

  async function renew(): Promise<void> {
    for (const { place, controller } of [...followed.values()]) {
      const ours = await inWorkspace(deps.database.db, place.workspaceId, (tx) =>
        leaseStream(tx, place, { holder, leaseMs }),
      ).catch(() => true) // a lost database is everybody's: nobody else can take it meanwhile
      if (!ours) controller.abort()
    }
  }

  return {
    wake: loop.wake,
    async stop() {
      clearInterval(renewal)
      await loop.stop()
      const all = [...followed.values()]
      for (const { controller } of all) controller.abort()
      await Promise.all(all.map(({ done }) => done))
    },
  }
}
