import {
  type Connector,
  ConnectorError,
  type Failure,
  type OutgoingMedia,
  type OutgoingReply,
  type Session,
} from '../../connectors/contract.ts'
import { inWorkspace } from '../../platform/db.ts'
import { messageOf } from '../../platform/errors.ts'
import { findChannel, openSession, reportFailure, type StoredChannel } from '../channels/index.ts'
import { fitMedia, loadMedia } from '../media/index.ts'
import { type Attempt, beginAttempt, endAttempt } from './attempts.ts'
import type { DeliveryDeps } from './deps.ts'
import { afterFailedLook, afterLook, afterSend, type Step, withoutLook } from './next-step.ts'
import { type Delivery, remoteIdsTaken } from './store.ts'

type Ready = {
  channel: StoredChannel
  connector: Connector
  session: Session
  reply: OutgoingReply
}

/**
 * Brings one claimed delivery as far as it goes now: looks for it first when an earlier send may have
 * taken effect, and sends it when it is certain that it does not stand there yet. What is about to be
 * done is written down before the network is called, the outcome after; a crash in between leaves the
 * delivery in doubt, never forgotten and never simply repeated.
 */
export async function sendDelivery(
  deps: DeliveryDeps,
  delivery: Delivery,
  holder: string,
): Promise<void> {
  const ready = await prepare(deps, delivery, holder)
  if (!ready) return
  if (delivery.inDoubt) {
    const step = await lookFor(deps, delivery, ready, holder)
    if (step?.do !== 'send') return
  }
  await send(deps, delivery, ready, holder)
}

async function send(
  deps: DeliveryDeps,
  delivery: Delivery,
  { channel, connector, session, reply }: Ready,
  holder: string,
): Promise<void> {
  const attempt = await begin(deps, delivery, 'send', holder)
  if (!attempt) return
  try {
    const media = await fitMedia(reply.media, channel.limits.media)
    const sent = await connector.deliver(session, { ...reply, media })
    await finish(deps, delivery, attempt, {
      outcome: 'sent',
      detail: '',
      step: { do: 'sent', sent },
    })
  } catch (error) {
    const failure = failureOf(error)
    const step = afterSend(failure, {
      attempts: delivery.attempts + 1,
      looks: 0,
      inDoubt: delivery.inDoubt,
      now: deps.clock(),
    })
    await finish(deps, delivery, attempt, { ...told(failure), step })
    await reportLostAccess(deps, channel, failure)
  }
}

async function lookFor(
  deps: DeliveryDeps,
  delivery: Delivery,
  { channel, connector, session, reply }: Ready,
  holder: string,
): Promise<Step | undefined> {
  const attempt = await begin(deps, delivery, 'look', holder)
  if (!attempt) return undefined
  const standing = {
    attempts: delivery.attempts,
    looks: delivery.looks + 1,
    inDoubt: true,
    now: deps.clock(),
  }
  const { find, name } = connector
  if (!find) {
    const step = withoutLook(name, standing)
    await finish(deps, delivery, attempt, {
      outcome: 'not-found',
      detail: step.reason.detail,
      step,
    })
    return step
  }
  try {
    const found = await find(session, reply)
    const matches = await notTaken(deps, delivery, found.matches)
    const step = afterLook({ ...found, matches }, standing)
    const outcome = matches.length > 0 ? 'found' : 'not-found'
    await finish(deps, delivery, attempt, { outcome, detail: found.looked, step })
    return step
  } catch (error) {
    const failure = failureOf(error)
    const step = afterFailedLook(failure, standing)
    await finish(deps, delivery, attempt, { ...told(failure), step })
    await reportLostAccess(deps, channel, failure)
    return step
  }
}

/** A lost answer or permission is the delivery's affair; a sign-in that ended is the channel's. */
async function reportLostAccess(
  deps: DeliveryDeps,
  channel: StoredChannel,
  failure: Failure,
): Promise<void> {
  if (failure.kind === 'auth-expired' && failure.lost === 'token')
    await reportFailure(deps, channel, failure)
}

async function notTaken<Match extends { remoteId: string }>(
  deps: DeliveryDeps,
  delivery: Delivery,
  matches: Match[],
): Promise<Match[]> {
  const taken = await inWorkspace(deps.database.db, delivery.workspaceId, (tx) =>
    remoteIdsTaken(
      tx,
      delivery,
      matches.map((match) => match.remoteId),
    ),
  )
  return matches.filter((match) => !taken.has(match.remoteId))
}

function begin(
  deps: DeliveryDeps,
  delivery: Delivery,
  kind: Attempt['kind'],
  holder: string,
): Promise<Attempt | undefined> {
  return inWorkspace(deps.database.db, delivery.workspaceId, (tx) =>
    beginAttempt(tx, delivery, kind, holder),
  )
}

async function finish(
  deps: DeliveryDeps,
  delivery: Delivery,
  attempt: Attempt,
  end: { outcome: string; detail: string; step: Step },
): Promise<void> {
  await inWorkspace(deps.database.db, delivery.workspaceId, async (tx) => {
    // The delivery first, then its conversation: in the order in which a person's decision takes them.
    await endAttempt(tx, delivery, attempt, end)
    if (end.step.do === 'sent') await deps.onSent(tx, delivery, end.step.sent)
  })
}

/** Everything the connector needs; undefined (and the delivery put back) when it cannot be had now. */
async function prepare(
  deps: DeliveryDeps,
  delivery: Delivery,
  holder: string,
): Promise<Ready | undefined> {
  const { workspaceId, channelId, content } = delivery
  const { channel, media } = await inWorkspace(deps.database.db, workspaceId, async (tx) => ({
    channel: await findChannel(tx, workspaceId, channelId),
    media: await loadMedia(tx, workspaceId, content.media),
  }))
  if (!channel) throw new Error(`channel ${channelId} of delivery ${delivery.id} is missing`)
  if (channel.state === 'disconnected') {
    await putBack(deps, delivery, holder, {
      kind: 'auth-expired',
      lost: 'token',
      detail: 'The account is disconnected. Connect it again and the reply goes out.',
    })
    return undefined
  }
  const { connector, session } = await openSession(deps, channel, 'sender')
  return { channel, connector, session, reply: outgoing(delivery, media) }
}

async function putBack(
  deps: DeliveryDeps,
  delivery: Delivery,
  holder: string,
  failure: Extract<Failure, { kind: 'auth-expired' }>,
): Promise<void> {
  const step: Step = {
    do: 'hold',
    inDoubt: delivery.inDoubt,
    reason: { kind: 'auth-expired', detail: failure.detail, at: deps.clock().toISOString() },
  }
  await inWorkspace(deps.database.db, delivery.workspaceId, (tx) =>
    endAttempt(tx, delivery, { number: 0, kind: 'look', holder }, { ...told(failure), step }),
  )
}

function outgoing(delivery: Delivery, media: OutgoingMedia[]): OutgoingReply {
  const { content, key, createdAt } = delivery
  return {
    key,
    text: content.text,
    media,
    contentWarning: content.contentWarning,
    language: content.language,
    visibility: content.visibility,
    replyTo: content.replyTo,
    createdAt,
  }
}

/** A bug in a connector, or a lost database in the middle, leaves the outcome uncertain like a lost answer. */
function failureOf(error: unknown): Failure {
  return error instanceof ConnectorError
    ? error.failure
    : { kind: 'unknown-outcome', detail: messageOf(error) }
}

function told(failure: Failure): { outcome: string; detail: string } {
  return {
    outcome: failure.kind,
    detail: failure.kind === 'rejected' ? failure.reason : failure.detail,
  }
}
