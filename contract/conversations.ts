import { z } from 'zod'
import { ClockView, Severity } from './clock-view.ts'
import { DeliveryView } from './deliveries.ts'
import { HandOver } from './departments.ts'
import { PageQuery, Time } from './http.ts'
import {
  ChannelId,
  ConversationId,
  DeliveryId,
  DepartmentId,
  MediaId,
  MemberId,
  MessageId,
  NoteId,
  PersonId,
  ReplyWarningId,
} from './ids.ts'
import { Limits } from './limits.ts'
import { Move } from './moves.ts'
import { PrivateMove } from './private-moves.ts'
import { ReplyWarning } from './replies.ts'
import { ConversationKind, MessageReading } from './understanding.ts'

export const ConversationState = z.enum([
  'new',
  'open',
  'waiting-customer',
  'waiting-colleague',
  'done',
])
export type ConversationState = z.infer<typeof ConversationState>
export const Visibility = z.enum(['public', 'unlisted', 'followers', 'private'])
export type Visibility = z.infer<typeof Visibility>

/**
 * `GET /api/v1/conversations`. `assignee`: a member's id, `me` or `none`. `department`: an id or `none`.
 * `state`: several with commas; without: all but done. `snoozed`: `only` those, or `any`; without: those
 * that are snoozed are left out.
 */
export const ConversationQuery = PageQuery.extend({
  state: z.string().max(100).optional(),
  assignee: z.union([MemberId, z.literal('me'), z.literal('none')]).optional(),
  department: z.union([DepartmentId, z.literal('none')]).optional(),
  channel: ChannelId.optional(),
  kind: ConversationKind.optional(),
  overdue: z.enum(['true', 'false']).optional(),
  snoozed: z.enum(['only', 'any']).optional(),
  text: z.string().max(200).optional(),
  sort: z.enum(['due', 'newest']).default('due'),
})
export type ConversationQuery = z.infer<typeof ConversationQuery>

export const PersonSummary = z.object({
  id: PersonId,
  name: z.string(),
  handle: z.string(),
  profileUrl: z.string().nullable(),
})

export const ConversationSummary = z.object({
  id: ConversationId,
  channelId: ChannelId,
  network: z.string(),
  person: PersonSummary,
  visibility: z.enum(['public', 'private']),
  state: ConversationState,
  assignee: z.object({ id: MemberId, name: z.string() }).nullable(),
  /** How pressing it is, as a member set it; null: as usual. */
  severity: Severity.nullable(),
  /** Of the customer's newest message whose language is known. */
  language: z.string().nullable(),
  department: z.object({ id: DepartmentId, name: z.string() }).nullable(),
  /** Until when it was put aside; it comes back sooner when the customer writes or the answer is due. Null: it is in the list. */
  snoozedUntil: Time.nullable(),
  /** Time of the oldest unanswered customer message; null when nothing waits. */
  unansweredSince: Time.nullable(),
  /** Null while somebody waits: the calendar has no hours for it. */
  due: Time.nullable(),
  overdue: z.boolean(),
  /** Somebody waits, but the clock stands still outside opening hours, until `resumesAt` (null: for good). */
  paused: z.boolean(),
  resumesAt: Time.nullable(),
  lastMessageAt: Time,
  preview: z.string(),
  /** What the customer's newest message that says something is; null: none is a complaint, praise or a question. */
  kind: ConversationKind.nullable(),
  messageCount: z.int(),
  version: z.int(),
})
export type ConversationSummary = z.infer<typeof ConversationSummary>

export const RemoteMediaView = z.object({
  kind: z.enum(['image', 'video', 'audio', 'other']),
  /** Path on this server; remote media is never loaded from the network by the browser. Null: cannot be shown, `sourceUrl` can be opened. */
  path: z.string().nullable(),
  sourceUrl: z.string(),
  alt: z.string().nullable(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  /** Name and size of a file that came with the message; null: the network does not tell. */
  name: z.string().nullable(),
  bytes: z.int().nullable(),
  /** Path on this server where the file itself can be had, to be saved and not shown; null: nowhere here. */
  filePath: z.string().nullable(),
})

export const Message = z.object({
  id: MessageId,
  author: z.enum(['customer', 'member', 'automation', 'other']),
  authorName: z.string(),
  remoteId: z.string(),
  text: z.string(),
  /** Sanitised by the server; safe to show. Null: show `text`. */
  html: z.string().nullable(),
  contentWarning: z.string().nullable(),
  language: z.string().nullable(),
  /** Of a customer's message: what it is. Null: it is ours. */
  reading: MessageReading.nullable(),
  visibility: Visibility,
  media: z.array(RemoteMediaView),
  url: z.string().nullable(),
  sentAt: Time,
  receivedAt: Time,
  editedAt: Time.nullable(),
  earlierVersions: z.array(z.object({ text: z.string(), seenAt: Time })),
  deletedAt: Time.nullable(),
  deliveryId: z.string().nullable(),
  /** The account by which it came or went: conversations that were merged may have several. */
  via: z.object({
    channelId: ChannelId,
    network: z.string(),
    networkName: z.string(),
    handle: z.string(),
  }),
  /** It was unanswered when its conversation was merged: only an answer after this time answers it. */
  waitsFrom: Time.nullable(),
  /** It came back and never arrived: it answered nothing. Null: as far as we know it arrived. */
  returned: z.object({ at: Time, why: z.string() }).nullable(),
})
export type Message = z.infer<typeof Message>

export const Note = z.object({
  id: NoteId,
  authorName: z.string(),
  text: z.string(),
  createdAt: Time,
})
export type Note = z.infer<typeof Note>

export const DraftMedia = z.object({ id: MediaId, alt: z.string().max(5000) })
export const Draft = z.object({
  text: z.string().max(20_000),
  media: z.array(DraftMedia).max(20),
  contentWarning: z.string().max(500).nullable().default(null),
})
export type Draft = z.infer<typeof Draft>

/** `GET /api/v1/conversations/{id}`: all that the middle and right panes show. */
export const Conversation = ConversationSummary.extend({
  clock: ClockView,
  messages: z.array(Message),
  notes: z.array(Note),
  /** Deliveries that are not yet a message in `messages`, and those that failed or are unknown. */
  deliveries: z.array(DeliveryView),
  draft: Draft.nullable(),
  otherDrafts: z.array(z.object({ authorName: z.string(), updatedAt: Time })),
  /** The newest hand-over, until it is settled. */
  handOver: HandOver.nullable(),
  /** The rule that gave it its first holder; null: none did. */
  routed: z.object({ version: z.int(), rule: z.string() }).nullable(),
  /** Colleagues who in the last minutes wanted to answer where the reader writes or has just answered. */
  warnings: z.array(ReplyWarning),
  channel: z.object({
    id: ChannelId,
    network: z.string(),
    networkName: z.string(),
    handle: z.string(),
    state: z.enum(['connected', 'attention', 'disconnected']),
    limits: Limits,
    /** What the network's reply begins with besides what is written (a mention); it counts against the limits. */
    replyPrefix: z.string(),
    /** One of the practice network: made-up customers. */
    practice: z.boolean(),
  }),
  /** Other conversations of the same person, newest first. */
  history: z.array(
    z.object({
      id: ConversationId,
      network: z.string(),
      lastMessageAt: Time,
      preview: z.string(),
      state: ConversationState,
    }),
  ),
  /** Merges and splits that made it what it is, oldest first. */
  moves: z.array(Move),
  /** Where the customer was asked to go on in private, and where they came from. */
  privateMoves: z.array(PrivateMove),
  can: z.object({
    reply: z.boolean(),
    /** A content warning can be sent. */
    warn: z.boolean(),
    draft: z.boolean(),
    note: z.boolean(),
    assign: z.boolean(),
    whyNotReply: z.string().nullable(),
  }),
})
export type Conversation = z.infer<typeof Conversation>

/** `GET /api/v1/conversations/{id}/thread`: the public thread around it, root first. */
export const Thread = z.object({
  loadedAt: Time.nullable(),
  problem: z.string().nullable(),
  posts: z.array(
    z.object({
      remoteId: z.string(),
      parentRemoteId: z.string().nullable(),
      author: z.object({ handle: z.string(), name: z.string() }),
      mine: z.boolean(),
      inConversation: z.boolean(),
      text: z.string(),
      contentWarning: z.string().nullable(),
      url: z.string().nullable(),
      sentAt: Time,
    }),
  ),
})
export type Thread = z.infer<typeof Thread>

/** `POST /api/v1/conversations/{id}/replies`, with an `Idempotency-Key` header. Answers 202 with a DeliveryView. */
export const ReplyInput = z.object({
  text: z.string().max(20_000),
  media: z.array(DraftMedia).max(20).default([]),
  /** Message answered; without: the newest customer message. */
  replyTo: MessageId.optional(),
  contentWarning: z.string().max(500).optional(),
  /** Seconds in which it can be taken back; without: 10 for people, 0 for API keys. */
  undoSeconds: z.int().min(0).max(60).optional(),
  /**
   * For API keys: the member whose answer it is, where the program knows. It becomes the holder of a
   * conversation that has none.
   */
  onBehalfOf: MemberId.optional(),
  /**
   * For API keys: no person wrote it. It goes out, is shown as automatic, and the customer still waits:
   * only a person's reply stops the reply clock.
   */
  automatic: z.literal(true).optional(),
  /** The newest reply in this conversation that the writer has seen; later ones of others are warned of. */
  lastSeen: DeliveryId.nullable().optional(),
  /** The warning of a `somebody-answers` problem: to answer nevertheless. */
  acknowledge: ReplyWarningId.optional(),
})
export type ReplyInput = z.infer<typeof ReplyInput>

/** `PATCH /api/v1/conversations/{id}`. `version`: refuse when somebody changed it meanwhile. */
export const ConversationChange = z.object({
  state: ConversationState.optional(),
  assigneeId: MemberId.nullable().optional(),
  departmentId: DepartmentId.nullable().optional(),
  severity: Severity.nullable().optional(),
  version: z.int().optional(),
})
export type ConversationChange = z.infer<typeof ConversationChange>

export const NoteInput = z.object({ text: z.string().trim().min(1).max(20_000) })
export type NoteInput = z.infer<typeof NoteInput>

/** `GET /api/v1/conversations/counts`: how many in each view of the inbox. */
export const ConversationCounts = z.object({
  mine: z.int(),
  unassigned: z.int(),
  all: z.int(),
  done: z.int(),
  overdue: z.int(),
  snoozed: z.int(),
  /** Of each department, those that are not done nor snoozed. */
  departments: z.array(z.object({ id: DepartmentId, count: z.int() })),
})
export type ConversationCounts = z.infer<typeof ConversationCounts>

/** `POST /api/v1/media` (multipart `file`). */
export const UploadedMedia = z.object({
  id: MediaId,
  mime: z.string(),
  width: z.int(),
  height: z.int(),
  bytes: z.int(),
  path: z.string(),
})
export type UploadedMedia = z.infer<typeof UploadedMedia>

const HoldAndState = z.object({
  state: ConversationState,
  assigneeId: MemberId.nullable(),
  departmentId: DepartmentId.nullable(),
  severity: Severity.nullable(),
})

/** `POST /api/v1/conversations/changes`: one change for many. */
export const BulkChange = z.object({
  ids: z.array(ConversationId).min(1).max(200),
  change: ConversationChange.omit({ version: true }),
})
export type BulkChange = z.infer<typeof BulkChange>

/** What became of each, in the order asked for. `before` and `after` are what undoing needs. */
export const BulkOutcome = z.object({
  items: z.array(
    z.object({
      id: ConversationId,
      outcome: z.enum(['changed', 'unchanged', 'refused']),
      why: z.string().nullable(),
      before: HoldAndState.nullable(),
      after: HoldAndState.nullable(),
    }),
  ),
})
export type BulkOutcome = z.infer<typeof BulkOutcome>

/** `POST /api/v1/conversations/changes/undo`: puts back `before` where `after` still holds. */
export const BulkUndo = z.object({
  items: z
    .array(z.object({ id: ConversationId, before: HoldAndState, after: HoldAndState }))
    .min(1)
    .max(200),
})
export type BulkUndo = z.infer<typeof BulkUndo>
