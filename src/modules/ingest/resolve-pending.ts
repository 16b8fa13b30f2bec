import type { Connector, NetworkMessage, Session } from '../../connectors/contract.ts'
import { ConnectorError } from '../../connectors/contract.ts'
import { inWorkspace } from '../../platform/db.ts'
import { messageOf } from '../../platform/errors.ts'
import { storeThread, translateThread, understand } from '../conversations/index.ts'
import type { IngestDeps } from './deps.ts'
import { applyEvent, type IngestChannel } from './ingest-page.ts'
import { listEvents, lockStream, markEvent, type WaitingEvent } from './store.ts'

const atOnce = 20
/** After so many tries a message is shown as the beginning of a thread of its own: late beats lost. */
const mostTries = 5

type Speaking = { connector: Pick<Connector, 'translate' | 'thread'>; session: Session }

/**
 * Threads the messages whose place in a thread the network did not say, by reading the thread around
 * them. When the thread cannot be had, the message starts with the post that it answers.
 * @returns how many are still waiting
 * @throws ConnectorError when the network does not answer; nothing is lost, the next round tries again
 */
export async function resolvePending(
  deps: Pick<IngestDeps, 'database'>,
  channel: IngestChannel,
  { connector, session }: Speaking,
): Promise<number> {
  const waiting = await inWorkspace(deps.database.db, channel.workspaceId, (tx) =>
    listEvents(tx, channel, 'pending', atOnce),
  )
  for (const event of waiting) await resolveOne(deps, channel, { connector, session }, event)
  return waiting.length
}

async function resolveOne(
  deps: Pick<IngestDeps, 'database'>,
  channel: IngestChannel,
  { connector, session }: Speaking,
  waiting: WaitingEvent,
): Promise<void> {
  const message = readAgain(connector, waiting, channel)
  if (message instanceof Error) return keepAside(deps, channel, waiting, message)
  const thread = await readThread(connector, session, channel, message)
  if (thread instanceof ConnectorError) {
    const passing = thread.failure.kind !== 'rejected'
    if (passing && waiting.attempts < mostTries) {
      await inWorkspace(deps.database.db, channel.workspaceId, (tx) =>
        markEvent(tx, channel, waiting.id, { state: 'pending', problem: messageOf(thread) }),
      )
      throw thread
    }
  }
  const posts = thread instanceof ConnectorError ? [] : thread
  const root = posts[0]?.remoteId ?? message.parentId ?? message.remoteId
  await inWorkspace(deps.database.db, channel.workspaceId, async (tx) => {
    await lockStream(tx, channel)
    if (posts.length > 0) await storeThread(tx, channel, root, posts)
    await applyEvent(tx, channel, { id: waiting.id, event: { ...message, rootId: root } })
  })
}

/** What was understood when it came is understood again, unless the program changed in between. */
function readAgain(
  connector: Speaking['connector'],
  { raw }: WaitingEvent,
  channel: IngestChannel,
): NetworkMessage | Error {
  const { event, problem } = understand(connector, channel.account, raw)
  if (event === null) return new Error(problem)
  return event.kind === 'message' ? event : new Error('it is no message any more')
}

async function keepAside(
  deps: Pick<IngestDeps, 'database'>,
  channel: IngestChannel,
  { id }: WaitingEvent,
  { message: problem }: Error,
): Promise<void> {
  await inWorkspace(deps.database.db, channel.workspaceId, (tx) =>
    markEvent(tx, channel, id, { state: 'aside', problem }),
  )
}

/** The posts of the thread, root first; a ConnectorError is an answer here, because it is decided upon. */
async function readThread(
  connector: Speaking['connector'],
  session: Session,
  channel: IngestChannel,
  message: NetworkMessage,
): Promise<NetworkMessage[] | ConnectorError> {
  if (!connector.thread) return []
  try {
    return translateThread(connector, await connector.thread(session, message), channel.account)
  } catch (error) {
    if (error instanceof ConnectorError) return error
    throw error
  }
}
