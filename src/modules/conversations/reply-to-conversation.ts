import { DraftMedia, type ReplyInput } from '../../../contract/conversations.ts'
import type { DeliveryView } from '../../../contract/deliveries.ts'
import type { ConversationId, MemberId } from '../../../contract/ids.ts'
import type { PrivateMoveInput } from '../../../contract/private-moves.ts'
import type { Collision } from '../../../contract/replies.ts'
import { openGaps } from '../../../contract/snippets.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { findChannel, type StoredChannel } from '../channels/index.ts'
import {
  announceQueued,
  type DeliveryContent,
  findRepeated,
  idempotencyOf,
  queueDelivery,
  viewOne,
} from '../deliveries/index.ts'
import { missingMedia } from '../media/index.ts'
import { acknowledgeByReply } from '../on-call/index.ts'
import { endWriting } from '../presence/index.ts'
import { startingPoints } from '../snippets/index.ts'
import { keepPrint, refuseCopy } from '../uniqueness/index.ts'
import { type Answered, findAnswered, targetOf } from './answered.ts'
import { checkMember } from './check-member.ts'
import type { ConversationDeps } from './deps.ts'
import { findSummary } from './get-conversation.ts'
import { canReply } from './policy.ts'
import { checkPrivateMove, recordPrivateMove } from './private-moves.ts'
import { warnOfOthers } from './somebody-answers.ts'
import { holdStanding } from './standing.ts'
import type { SummaryRow } from './view.ts'

export type ReplyRequest = ReplyInput & {
  idempotencyKey: string | null
  /** It asks the customer to go on in private: a signpost, which may read like others and leaves the draft alone. */
  privately?: PrivateMoveInput
}

/** Time in which a person can take a reply back, in seconds; a script does not change its mind. */
const undoSeconds = { member: 10, key: 0, operator: 0, system: 0 } as const

/**
 * Answers a customer: the reply is fixed, put in line to be sent once, and can be taken back for a
 * moment. The draft goes. Whoever answers becomes the holder of a conversation that had none. What a key
 * sends without naming a member is a program's: it is sent, and the customer still waits for a person.
 * @throws AppError `too-alike` for a text like one sent before, `somebody-answers` when a colleague
 * answers this customer too and the writer was not told yet
 */
export async function replyToConversation(
  deps: ConversationDeps,
  actor: Actor,
  asked: ConversationId,
  input: ReplyRequest,
): Promise<DeliveryView> {
  authorize(actor, canReply(actor))
  refuseGaps(input.text)
  const idempotency = idempotencyFor(asked, input)
  const answer = await inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    // From here to the end nobody else answers this customer: each sees what the one before did.
    const id = await holdStanding(tx, actor.workspaceId, asked, 'change')
    // First of all: a repeat is answered whatever changed since, and takes no newer draft away.
    const repeated = idempotency && (await findRepeated(tx, actor, idempotency))
    if (repeated) return viewOne(tx, actor, repeated)
    const { conversation, channel, answered } = await findPlace(tx, actor, id, input)
    const memberId = await speakerOf(tx, actor, input)
    const text = cleanText(input.text)
    const names = [conversation.person_name, conversation.person_handle, actor.name]
    const said = { text, names, now: deps.clock() }
    if (input.privately) await checkPrivateMove(tx, actor, conversation, input.privately)
    else await refuseCopy(tx, actor, said, await startingPoints(tx, actor))
    const { lastSeen, acknowledge } = input
    const collision = await warnOfOthers(tx, actor, { conversationId: id, lastSeen, acknowledge })
    if (collision) return { collision }
    const { delivery, fresh } = await queueDelivery(tx, deps.connectors, actor, {
      channel,
      conversationId: id,
      memberId,
      replyToMessageId: answered.id,
      content: contentOf(channel, answered, input),
      idempotency,
      undoSeconds: input.undoSeconds ?? undoSeconds[actor.kind],
      now: said.now,
    })
    if (fresh) {
      if (input.privately)
        await recordPrivateMove(tx, actor, delivery, { ...input.privately, at: said.now })
      else {
        await keepPrint(tx, actor, delivery.id, said)
        await dropDraft(tx, actor, id)
      }
      await takeUp(tx, actor, { conversation, holder: conversation.assignee_id ?? memberId })
      if (memberId) await acknowledgeByReply(tx, actor, id)
      await announceQueued(tx, actor, delivery, acknowledge)
    }
    return viewOne(tx, actor, delivery)
  })
  // Thrown here: the warning that both see is kept.
  if ('collision' in answer) throw somebodyAnswers(answer.collision)
  return answer
}

/** What a snippet left open must not reach a customer. */
function refuseGaps(text: string): void {
  const gap = openGaps(text)[0]
  if (gap) throw badField('text', `still has a gap: fill in or remove ${gap.text}`)
}

function somebodyAnswers(collision: Collision): AppError {
  const names = [...new Set(collision.others.map((other) => other.name))].join(', ')
  return new AppError(
    'somebody-answers',
    `${names} answers this customer too. Look first; to answer nevertheless, send again with "acknowledge".`,
    {
      fields: [{ field: 'acknowledge', message: 'must name the warning in "collision"' }],
      more: { collision },
    },
  )
}

async function findPlace(tx: Tx, actor: Actor, id: ConversationId, input: ReplyInput) {
  const conversation = await findSummary(tx, actor.workspaceId, id)
  const answered = await findAnswered(tx, actor.workspaceId, id, input.replyTo)
  if (!answered) throw nothingToAnswer(input)
  const channel = await findChannel(tx, actor.workspaceId, answered.channel_id)
  if (!channel || channel.state === 'disconnected')
    throw new AppError('refused', 'The account is disconnected. Connect it again to reply.')
  const media = input.media.map((one) => one.id)
  const missing = await missingMedia(tx, actor.workspaceId, media)
  if (missing.length > 0) throw badField('media', `${missing[0]} is not a picture you uploaded`)
  return { conversation, channel, answered }
}

function idempotencyFor(
  id: ConversationId,
  {
    idempotencyKey,
    text,
    media,
    contentWarning,
    replyTo,
    onBehalfOf,
    automatic,
    privately,
  }: ReplyRequest,
) {
  if (idempotencyKey === null) return null
  const asked = [id, text, media, contentWarning ?? null, replyTo ?? null]
  const more =
    onBehalfOf === undefined && !automatic ? [] : [onBehalfOf ?? null, automatic ?? false]
  return idempotencyOf(idempotencyKey, [...asked, ...more, ...(privately ? [privately] : [])])
}

function nothingToAnswer({ replyTo }: ReplyInput): AppError {
  return replyTo === undefined
    ? new AppError('refused', 'The customer deleted what they wrote: there is nothing to reply to.')
    : badField('replyTo', 'is not a message of this conversation, or was deleted')
}

function contentOf(channel: StoredChannel, answered: Answered, input: ReplyInput): DeliveryContent {
  const canWarn = channel.abilities['content-warning']?.can === true
  if (input.contentWarning && !canWarn)
    throw badField('contentWarning', 'cannot be sent from this account')
  return {
    text: cleanText(input.text),
    media: DraftMedia.array().parse(input.media),
    visibility: answered.visibility,
    contentWarning: canWarn ? (input.contentWarning ?? answered.content_warning) : null,
    language: null,
    automatic: input.automatic ?? false,
    replyTo: targetOf(answered),
  }
}

async function dropDraft(tx: Tx, actor: Actor, id: ConversationId): Promise<void> {
  await tx
    .deleteFrom('drafts')
    .where('workspace_id', '=', actor.workspaceId)
    .where('conversation_id', '=', id)
    .where('author', '=', actorTag(actor))
    .execute()
  const author = actorTag(actor)
  await endWriting(tx, { workspaceId: actor.workspaceId, conversationId: id, author })
}

/** The member whose reply it is: who acts, or the one a key speaks for; null: the key did not say. */
async function speakerOf(
  tx: Tx,
  actor: Actor,
  { onBehalfOf: named, automatic }: ReplyInput,
): Promise<MemberId | null> {
  if (automatic && actor.kind !== 'key')
    throw badField('automatic', 'is for API keys only; what you write is yours')
  if (automatic && named !== undefined)
    throw badField('automatic', 'is what no person wrote: leave out onBehalfOf')
  if (actor.kind === 'member') {
    if (named !== undefined && named !== actor.memberId)
      throw badField('onBehalfOf', 'can be named by API keys only; you answer as yourself')
    return actor.memberId
  }
  if (named === undefined) return null
  await checkMember(tx, actor, 'onBehalfOf', named)
  return named
}

async function takeUp(
  tx: Tx,
  actor: Actor,
  { conversation, holder }: { conversation: SummaryRow; holder: string | null },
): Promise<void> {
  await tx
    .updateTable('conversations')
    .set((eb) => ({
      assignee_id: holder,
      state: conversation.state === 'new' ? 'open' : conversation.state,
      version: eb('version', '+', 1),
    }))
    .where('workspace_id', '=', actor.workspaceId)
    .where('id', '=', conversation.id)
    .execute()
}
