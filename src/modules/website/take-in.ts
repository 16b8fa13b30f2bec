import { setTimeout as pause } from 'node:timers/promises'
import { Submission } from '../../../contract/website.ts'
import { inWorkspace } from '../../platform/db.ts'
import { isDatabaseAway } from '../../platform/db-errors.ts'
import { messageOf } from '../../platform/errors.ts'
import { type Loop, startLoop } from '../../platform/loop.ts'
import { connectorOf, findChannel } from '../channels/index.ts'
import { type ArrivedEvent, ingestArrived, ingestChannelOf, lockStream } from '../ingest/index.ts'
import type { WebsiteDeps } from './deps.ts'
import { keepThreads, type NewThread } from './store.ts'
import {
  claimWaiting,
  listWaiting,
  type Place,
  placesWaiting,
  type Waiting,
  type Which,
} from './waiting-store.ts'

type Deps = Pick<WebsiteDeps, 'database' | 'connectors' | 'clock' | 'log'>

/** How often it is looked without being woken, in ms. */
const everyMs = 1000

// While visitors keep sending, most of the machine is theirs: after each page this many times as long as it took
// nothing is taken in, unless something has waited for longer than that, in ms.
const restShare = 4
const longestRestMs = 1000
const patienceMs = 3000

/**
 * Takes in what visitors sent, as it comes: `wake` when `waitingNews` is heard. Several processes may do it at
 * once. A form that was disconnected meanwhile is no reason to lose what was said by it.
 */
export function startTakingIn(deps: Deps): Loop {
  let stopped = false
  let news = false
  const loop = startLoop({ name: 'website-messages', everyMs, log: deps.log, work })

  async function work(): Promise<void> {
    let places = await placesWaiting(deps.database.dispatch)
    let failed = false
    while (places.length > 0 && !stopped && !failed) {
      news = false
      const begun = performance.now()
      let waitedMs = 0
      for (const place of places)
        try {
          waitedMs = Math.max(waitedMs, await takeIn(deps, place))
        } catch (error) {
          if (isDatabaseAway(error)) throw error
          // What waits on one form must not hold up the others; it is tried again when this looks next.
          deps.log.error(
            { err: error, ...place },
            'visitors’ messages wait: they cannot be taken in',
          )
          failed = true
        }
      const rest = Math.min(restShare * (performance.now() - begun), longestRestMs)
      if (news && waitedMs < patienceMs) await pause(rest)
      places = await placesWaiting(deps.database.dispatch)
    }
  }

  return {
    wake() {
      news = true
      loop.wake()
    },
    async stop() {
      stopped = true
      await loop.stop()
    },
  }
}

/**
 * Takes in what waits on a channel: the oldest, or one conversation's, so that whoever opens its page sees it.
 * @returns how long the oldest had waited, in ms; 0: nothing did
 */
export async function takeIn(
  deps: Deps,
  place: Place,
  which: Exclude<Which, { id: string }> = 'oldest',
): Promise<number> {
  try {
    return await takeTogether(deps, place, which)
  } catch (error) {
    if (isDatabaseAway(error)) throw error
    return takeOneByOne(deps, place, which)
  }
}

/** One of many could not be taken in: it is kept aside for an operator, and holds up nobody. */
async function takeOneByOne(deps: Deps, place: Place, which: Which): Promise<number> {
  const ids = await inWorkspace(deps.database.db, place.workspaceId, (tx) =>
    listWaiting(tx, place, which),
  )
  const waited = [0]
  for (const id of ids)
    try {
      waited.push(await takeTogether(deps, place, { id }))
    } catch (error) {
      if (isDatabaseAway(error)) throw error
      deps.log.warn({ err: error, ...place }, 'a visitor’s message is kept aside')
      const problem = `It could not be taken in: ${messageOf(error)}`
      waited.push(await takeTogether(deps, place, { id }, problem))
    }
  return Math.max(...waited)
}

/**
 * In one transaction: they wait no more, and everything follows from them that does from a network's events.
 * @param problem why they are kept aside instead
 */
async function takeTogether(
  deps: Deps,
  place: Place,
  which: Which,
  problem: string | null = null,
): Promise<number> {
  const waiting = await inWorkspace(deps.database.db, place.workspaceId, async (tx) => {
    const channel = await findChannel(tx, place.workspaceId, place.channelId)
    if (!channel) throw new Error(`channel ${place.channelId} is missing`)
    // First, as whoever erases a person does: what was claimed before would be waited for in a circle.
    await lockStream(tx, place)
    const claimed = await claimWaiting(tx, place, which)
    const events = claimed.map((one) => eventOf(one, problem ?? one.aside))
    await ingestArrived(tx, connectorOf(deps, channel.network), ingestChannelOf(channel), events)
    await keepThreads(tx, place, claimed.flatMap(begunBy))
    return claimed
  })
  const [oldest] = waiting
  return oldest ? deps.clock().getTime() - oldest.at.getTime() : 0
}

/** What the form does not write is nobody's message: it goes aside under its own id. */
function eventOf({ id, raw }: Waiting, aside: string | null): ArrivedEvent {
  const submission = Submission.safeParse(raw)
  return { id: submission.data?.id ?? id, raw, ...(aside !== null && { aside }) }
}

function begunBy({ tokenHash, threadId, raw }: Waiting): NewThread[] {
  const submission = Submission.safeParse(raw)
  if (tokenHash === null || !submission.success) return []
  const { visitor, language } = submission.data
  return [{ id: threadId, ...visitor, language, tokenHash }]
}
