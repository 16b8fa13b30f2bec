import { type Selectable, sql } from 'kysely'
import { z } from 'zod'
import {
  type Conversation,
  type ConversationSummary,
  DraftMedia,
  type Message,
} from '../../../contract/conversations.ts'
import {
  ChannelId,
  ConversationId,
  MessageId,
  NoteId,
  type WorkspaceId,
} from '../../../contract/ids.ts'
import { oftenInWorkspace, type Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { connectorOf, findChannel } from '../channels/index.ts'
import { listDeliveries } from '../deliveries/index.ts'
import { clockRules } from '../reply-clock/index.ts'
import { type Answered, findAnswered, targetOf } from './answered.ts'
import { viewReading } from './correct-kind.ts'
import type { ConversationDeps } from './deps.ts'
import { canAssign, canDraft, canNote, canReadConversations, canReply } from './policy.ts'
import { readPrivateMoves } from './private-moves.ts'
import { readHandOver } from './read-hand-over.ts'
import { readMoves } from './read-moves.ts'
import { readWarnings } from './somebody-answers.ts'
import { findStanding } from './standing.ts'
import {
  StoredRemoteMedia,
  type SummaryRow,
  summaryColumns,
  summaryTables,
  viewSummary,
} from './view.ts'
import { clockMessages, viewClock } from './view-clock.ts'

/**
 * One conversation with all that its page shows; of one that was merged, that of the one it was merged into.
 * @throws AppError `not-found`
 */
export async function getConversation(
  deps: ConversationDeps,
  actor: Actor,
  asked: ConversationId,
): Promise<Conversation> {
  authorize(actor, canReadConversations(actor))
  return oftenInWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const id = await findStanding(tx, actor.workspaceId, asked)
    const row = await findSummary(tx, actor.workspaceId, id)
    const now = deps.clock()
    const rules = await clockRules(tx, actor.workspaceId, row.clock_version)
    const summary = viewSummary(row, now, rules)
    const messages = await readMessages(tx, deps, { workspaceId: actor.workspaceId, id })
    const channel = await channelOf(tx, deps, actor.workspaceId, row)
    return {
      ...summary,
      clock: viewClock(
        rules,
        {
          row,
          limits: channel.view.limits,
          messages: await clockMessages(
            tx,
            { workspaceId: actor.workspaceId, conversationId: id },
            { shown: messages, all: messages.length < mostShown },
          ),
        },
        now,
      ),
      messages,
      notes: await readNotes(tx, actor.workspaceId, id),
      deliveries: (await listDeliveries(tx, actor, { conversationId: id, limit: 100 }))
        .filter(({ state, id: delivery }) =>
          state === 'sent'
            ? !messages.some(({ deliveryId }) => deliveryId === delivery)
            : state !== 'cancelled',
        )
        .reverse(),
      ...(await readDrafts(tx, actor, id)),
      handOver: await readHandOver(tx, actor, row),
      routed: Routed.parse(row.routed),
      warnings: await readWarnings(tx, actor, id),
      channel: channel.view,
      history: await readHistory(tx, actor.workspaceId, row),
      moves: await readMoves(tx, actor, id),
      privateMoves: await readPrivateMoves(tx, deps, { workspaceId: actor.workspaceId, row }),
      can: {
        reply: canReply(actor) && channel.whyNotReply === null,
        draft: canDraft(actor),
        note: canNote(actor),
        assign: canAssign(actor),
        warn: channel.canWarn,
        whyNotReply: channel.whyNotReply,
      },
    }
  })
}

/** The row of a conversation. @throws AppError `not-found` */
export async function findSummary(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: ConversationId,
): Promise<SummaryRow> {
  const { rows } = await sql<SummaryRow>`
    select ${summaryColumns} from ${summaryTables}
    where c.workspace_id = ${workspaceId} and c.id = ${id}`.execute(tx)
  const row = rows[0]
  if (!row) throw new AppError('not-found', 'There is no such conversation.')
  return row
}

/** A conversation's row of the list, as it stands after a change. */
export async function readSummary(
  tx: Tx,
  { workspaceId, id }: { workspaceId: WorkspaceId; id: ConversationId },
  now: Date,
): Promise<ConversationSummary> {
  const row = await findSummary(tx, workspaceId, id)
  return viewSummary(row, now, await clockRules(tx, workspaceId, row.clock_version))
}

/** Messages of one conversation that its page shows. */
const mostShown = 1000
const Routed = z.object({ version: z.int(), rule: z.string() }).nullable()

type MessageRow = Selectable<Tables['messages']> & {
  member_name: string | null
  sender_name: string | null
  customer_name: string | null
  network: string
  account: string
  network_name: string
}

async function readMessages(
  tx: Tx,
  deps: ConversationDeps,
  { workspaceId, id }: { workspaceId: WorkspaceId; id: ConversationId },
): Promise<Message[]> {
  const { rows } = await sql<Omit<MessageRow, 'network_name'>>`
    select m.*, b.name as member_name, d.created_by_name as sender_name,
      coalesce(nullif(i.display_name, ''), i.handle) as customer_name, ch.network, ch.handle as account
    from messages m
    join channels ch on ch.workspace_id = m.workspace_id and ch.id = m.channel_id
    left join identities i on i.workspace_id = m.workspace_id and i.id = m.identity_id
    left join members b on b.workspace_id = m.workspace_id and b.id = m.member_id
    left join deliveries d on d.workspace_id = m.workspace_id and d.id = m.delivery_id
    where m.workspace_id = ${workspaceId} and m.conversation_id = ${id}
    order by m.sent_at, m.id limit ${mostShown}`.execute(tx)
  const versions = await tx
    .selectFrom('message_versions as v')
    .innerJoin('messages as m', (join) =>
      join.onRef('m.workspace_id', '=', 'v.workspace_id').onRef('m.id', '=', 'v.message_id'),
    )
    .select(['v.message_id', 'v.text', 'v.seen_at'])
    .where('v.workspace_id', '=', workspaceId)
    .where('m.conversation_id', '=', id)
    .orderBy('v.seen_at')
    .execute()
  const earlier = Map.groupBy(versions, (version) => version.message_id)
  return rows.map((row) =>
    viewMessage(
      { ...row, network_name: connectorOf(deps, row.network).name },
      (row.author === 'customer' ? row.customer_name : (row.member_name ?? row.sender_name)) ?? '',
      (earlier.get(row.id) ?? []).map(({ text, seen_at }) => ({
        text,
        seenAt: seen_at.toISOString(),
      })),
    ),
  )
}

function viewMessage(
  row: MessageRow,
  authorName: string,
  earlierVersions: Message['earlierVersions'],
): Message {
  return {
    id: MessageId.parse(row.id),
    author: row.author,
    authorName,
    remoteId: row.remote_id,
    text: row.text,
    html: row.html,
    contentWarning: row.content_warning,
    language: row.language,
    reading: row.author === 'customer' ? viewReading(row) : null,
    visibility: row.visibility,
    media: StoredRemoteMedia.parse(row.media).map((media, index) => ({
      kind: media.kind,
      path: pathOf(row, media, index),
      sourceUrl: media.url,
      alt: media.alt,
      width: media.width,
      height: media.height,
      name: media.name ?? null,
      bytes: media.bytes ?? null,
      filePath: media.ref === undefined ? null : `/api/v1/messages/${row.id}/files/${index}`,
    })),
    url: row.url,
    sentAt: row.sent_at.toISOString(),
    receivedAt: row.received_at.toISOString(),
    editedAt: row.edited_at?.toISOString() ?? null,
    earlierVersions,
    deletedAt: row.deleted_at?.toISOString() ?? null,
    deliveryId: row.delivery_id,
    via: {
      channelId: ChannelId.parse(row.channel_id),
      network: row.network,
      networkName: row.network_name,
      handle: row.account,
    },
    waitsFrom: row.waits_from?.toISOString() ?? null,
    returned:
      row.returned_at === null
        ? null
        : { at: row.returned_at.toISOString(), why: row.returned_why ?? '' },
  }
}

/** Where the browser gets it from this server; null: it cannot be shown. What we sent ourselves is here already. */
function pathOf(
  row: MessageRow,
  media: z.infer<typeof StoredRemoteMedia>[number],
  index: number,
): string | null {
  if (row.delivery_id !== null && media.url.startsWith('/api/v1/media/')) return media.url
  const shown = media.kind === 'image' || media.previewUrl !== null
  return shown ? `/api/v1/messages/${row.id}/media/${index}` : null
}

async function readNotes(tx: Tx, workspaceId: WorkspaceId, id: ConversationId) {
  const rows = await tx
    .selectFrom('notes')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('conversation_id', '=', id)
    .orderBy('created_at')
    .limit(1000)
    .execute()
  return rows.map((row) => ({
    id: NoteId.parse(row.id),
    authorName: row.author_name,
    text: row.text,
    createdAt: row.created_at.toISOString(),
  }))
}

async function readDrafts(tx: Tx, actor: Actor, id: ConversationId) {
  const { rows } = await sql<Selectable<Tables['drafts']> & { name: string | null }>`
    select d.*, m.name from drafts d
    left join members m on m.workspace_id = d.workspace_id and 'member:' || m.id = d.author
    where d.workspace_id = ${actor.workspaceId} and d.conversation_id = ${id}`.execute(tx)
  const own = rows.find((row) => row.author === actorTag(actor))
  return {
    draft: own
      ? {
          text: own.text,
          media: DraftMedia.array().parse(own.media),
          contentWarning: own.content_warning,
        }
      : null,
    otherDrafts: rows
      .filter((row) => row !== own)
      .map((row) => ({ authorName: row.name ?? '', updatedAt: row.updated_at.toISOString() })),
  }
}

async function readHistory(tx: Tx, workspaceId: WorkspaceId, row: SummaryRow) {
  const rows = await tx
    .selectFrom('conversations as c')
    .innerJoin('channels as ch', (join) =>
      join.onRef('ch.workspace_id', '=', 'c.workspace_id').onRef('ch.id', '=', 'c.channel_id'),
    )
    .select(['c.id', 'ch.network', 'c.last_message_at', 'c.last_customer_text', 'c.state'])
    .where('c.workspace_id', '=', workspaceId)
    .where('c.person_id', '=', row.person_id)
    .where('c.id', '<>', row.id)
    .where('c.merged_into', 'is', null)
    .orderBy('c.last_message_at', 'desc')
    .limit(20)
    .execute()
  return rows.map((one) => ({
    id: ConversationId.parse(one.id),
    network: one.network,
    lastMessageAt: one.last_message_at.toISOString(),
    preview: one.last_customer_text,
    state: one.state,
  }))
}

async function channelOf(
  tx: Tx,
  deps: ConversationDeps,
  workspaceId: WorkspaceId,
  row: SummaryRow,
) {
  // A reply goes where the customer spoke last, unless the writer names another message.
  const answered = await findAnswered(tx, workspaceId, ConversationId.parse(row.id))
  const id = answered?.channel_id ?? ChannelId.parse(row.channel_id)
  const channel = await findChannel(tx, workspaceId, id)
  if (!channel) throw new Error(`channel ${id} is missing`)
  const ability = channel.abilities[row.visibility === 'private' ? 'reply-private' : 'reply-public']
  const view: Conversation['channel'] = {
    id: channel.id,
    network: channel.network,
    networkName: connectorOf(deps, channel.network).name,
    handle: channel.account.handle,
    state: channel.state,
    limits: channel.limits,
    replyPrefix: replyPrefix(deps, channel.network, answered),
    practice: channel.service === deps.practiceUrl,
  }
  return {
    view,
    canWarn: channel.abilities['content-warning']?.can === true,
    whyNotReply: ability && !ability.can ? ability.why : null,
  }
}

/** What the network puts before every reply to this person. */
function replyPrefix(
  deps: ConversationDeps,
  network: string,
  answered: Answered | undefined,
): string {
  const { wording } = connectorOf(deps, network)
  if (!wording || !answered) return ''
  return wording({ text: '', visibility: answered.visibility, replyTo: targetOf(answered) })
}
