import { createHash } from 'node:crypto'
import {
  type ConversationId,
  DeliveryId,
  type MemberId,
  type MessageId,
} from '../../../contract/ids.ts'
import { fits, measureText } from '../../../contract/text-length.ts'
import type { Connectors } from '../../connectors/contract.ts'
import { announce, type Tx, wakeWorkers } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, actorTag } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { connectorOf, type StoredChannel } from '../channels/index.ts'
import type { DeliveryContent } from './content.ts'
import { type Delivery, findByIdempotencyKey, findDelivery, insertDelivery } from './store.ts'

export type DeliveryRequest = {
  channel: StoredChannel
  conversationId: ConversationId
  replyToMessageId: MessageId
  /** The person whose words they are; null: a program's own. */
  memberId: MemberId | null
  content: DeliveryContent
  idempotency: Idempotency | null
  undoSeconds: number
  now: Date
}

/** The caller's key for a request that may be repeated, and what tells whether a repeat is the same. */
export type Idempotency = { key: string; requestHash: string }

/** @param parts all that makes the request what it is, as JSON can hold it */
export function idempotencyOf(key: string, parts: unknown): Idempotency {
  return { key, requestHash: createHash('sha256').update(JSON.stringify(parts)).digest('hex') }
}

/**
 * The delivery that the same actor asked for before with this key.
 * @throws AppError `conflict` when the key was used for something else
 */
export async function findRepeated(
  tx: Tx,
  actor: Actor,
  { key, requestHash }: Idempotency,
): Promise<Delivery | undefined> {
  const before = await findByIdempotencyKey(tx, actor.workspaceId, actorTag(actor), key)
  if (!before || before.requestHash === requestHash) return before
  throw new AppError(
    'conflict',
    'This Idempotency-Key was used for another reply. Use a fresh key for each reply.',
    { fields: [{ field: 'Idempotency-Key', message: 'was used for another reply' }] },
  )
}

/**
 * Puts one thing to be sent in line, in the caller's transaction: the intent. The key under which it is
 * sent is chosen here. When the same request was made at this very moment, its delivery is the answer.
 * @throws AppError `bad-input` naming the field when the network would not take it
 */
export async function queueDelivery(
  tx: Tx,
  connectors: Connectors,
  actor: Actor,
  request: DeliveryRequest,
): Promise<{ delivery: Delivery; fresh: boolean }> {
  const { channel, content, idempotency, now } = request
  const connector = connectorOf({ connectors }, channel.network)
  checkContent(channel, content, connector.wording?.(content) ?? content.text)
  const id = newId(DeliveryId)
  const added = await insertDelivery(tx, {
    workspaceId: actor.workspaceId,
    id,
    channelId: channel.id,
    conversationId: request.conversationId,
    replyToMessageId: request.replyToMessageId,
    content,
    key: connector.newKey(now),
    notBefore: new Date(now.getTime() + request.undoSeconds * 1000),
    createdBy: actorTag(actor),
    createdByName: actor.name,
    memberId: request.memberId,
    requestHash: idempotency?.requestHash ?? null,
    createdAt: now,
    idempotencyKey: idempotency?.key ?? null,
  })
  if (!added) return { delivery: await raced(tx, actor, idempotency), fresh: false }
  const delivery = await findDelivery(tx, actor.workspaceId, id)
  if (!delivery) throw new Error(`delivery ${id} vanished`)
  return { delivery, fresh: true }
}

/** Tells the audit log, the browsers and the workers. The last thing in the caller's transaction. */
export async function announceQueued(
  tx: Tx,
  actor: Actor,
  delivery: Delivery,
  /** The warning that somebody else answers too, when the writer was told and went on. */
  acknowledged?: string,
): Promise<void> {
  const { id, conversationId, channelId } = delivery
  await announce(
    tx,
    { workspace: actor.workspaceId, kind: 'delivery', id },
    { workspace: actor.workspaceId, kind: 'conversation', id: conversationId },
  )
  await wakeWorkers(tx)
  await recordAct(tx, actor, {
    act: 'reply.queued',
    subject: `delivery:${id}`,
    detail: {
      conversation: conversationId,
      channel: channelId,
      member: delivery.memberId,
      ...(acknowledged !== undefined && { acknowledged }),
    },
  })
}

async function raced(tx: Tx, actor: Actor, idempotency: Idempotency | null): Promise<Delivery> {
  const before = idempotency && (await findRepeated(tx, actor, idempotency))
  if (!before) throw new AppError('conflict', 'The same reply is being sent right now. Try again.')
  return before
}

/** What the network would refuse is refused here, with the field and the remedy. */
function checkContent(channel: StoredChannel, content: DeliveryContent, text: string): void {
  const isPrivate = content.visibility === 'private'
  const limits = isPrivate ? channel.limits.private : channel.limits.public
  const ability = channel.abilities[isPrivate ? 'reply-private' : 'reply-public']
  if (ability && !ability.can) throw new AppError('refused', ability.why)
  if (!limits) throw new AppError('refused', 'Private replies cannot be sent from this account.')
  if (content.text.trim() === '' && content.media.length === 0)
    throw badField('text', 'is empty: write a reply first')
  if (!fits(text, limits, content.contentWarning ?? '')) {
    const tightest = measureText(text, limits, content.contentWarning ?? '')[0]
    throw badField(
      'text',
      `is ${-(tightest?.left ?? 0)} too long: ${channel.network} takes ${tightest?.max} ${tightest?.unit}`,
    )
  }
  const { media } = channel.limits
  if (content.media.length > media.max)
    throw badField(
      'media',
      `has ${content.media.length} pictures: at most ${media.max} can be sent`,
    )
  const most = media.text ?? Number.POSITIVE_INFINITY
  if (content.media.length > 0 && text.normalize('NFC').length > most)
    throw badField('text', `is too long: with a picture at most ${most} characters can be sent`)
  const altText = media.altText
  const long = altText === null ? -1 : content.media.findIndex(({ alt }) => alt.length > altText)
  if (long >= 0) throw badField(`media.${long}.alt`, `is too long: at most ${altText} characters`)
}
