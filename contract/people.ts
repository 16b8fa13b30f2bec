import { z } from 'zod'
import { PageQuery, Time } from './http.ts'
import { ConversationId, IdentityId, PersonId } from './ids.ts'

/** How it went on with somebody who was unhappy. `mistaken`: it was no complaint after all. */
export const WinBackState = z.enum(['unhappy', 'answered', 'mended', 'came-back', 'mistaken'])
export type WinBackState = z.infer<typeof WinBackState>

export const Tag = z.string().trim().min(1).max(50)

export const PersonSummary = z.object({
  id: PersonId,
  name: z.string(),
  tags: z.array(z.string()),
  identities: z.array(z.object({ network: z.string(), handle: z.string() })),
  conversations: z.int(),
  lastMessageAt: Time.nullable(),
  winBack: WinBackState.nullable(),
  erased: z.boolean(),
})
export type PersonSummary = z.infer<typeof PersonSummary>

export const PersonQuery = PageQuery.extend({
  /** Part of a name, a handle or an address. */
  text: z.string().max(200).optional(),
  tag: z.string().max(50).optional(),
  winBack: WinBackState.optional(),
})
export type PersonQuery = z.infer<typeof PersonQuery>

export const Consent = z.object({
  id: z.uuid(),
  purpose: z.string(),
  how: z.string(),
  givenAt: Time,
  recordedBy: z.string(),
  withdrawnAt: Time.nullable(),
  withdrawnHow: z.string().nullable(),
})
export const WinBackCase = z.object({
  id: z.uuid(),
  state: WinBackState,
  beganAt: Time,
  conversationId: ConversationId.nullable(),
  steps: z.array(z.object({ state: WinBackState, at: Time, by: z.string() })),
})
/** Why two records may be one person. Closed, so that every reason has words in every language. */
export const MergeReason = z.enum([
  'same-verified-email',
  'same-email',
  'same-handle',
  'same-name',
  'same-language',
  'same-tag',
])
export type MergeReason = z.infer<typeof MergeReason>

const Brief = z.object({ id: PersonId, name: z.string(), networks: z.array(z.string()) })
export const MergeSuggestion = z.object({
  first: Brief,
  second: Brief,
  /** 0 to 100. */
  score: z.int(),
  reasons: z.array(MergeReason),
})
export type MergeSuggestion = z.infer<typeof MergeSuggestion>

/** `GET /api/v1/people/{id}`. The id of a record that was joined to another answers with the other. */
export const Person = z.object({
  id: PersonId,
  name: z.string(),
  tags: z.array(z.string()),
  externalId: z.string().nullable(),
  createdAt: Time,
  erasedAt: Time.nullable(),
  identities: z.array(
    z.object({
      id: IdentityId,
      network: z.string(),
      handle: z.string(),
      name: z.string(),
      profileUrl: z.string().nullable(),
    }),
  ),
  contacts: z.array(z.object({ kind: z.string(), value: z.string() })),
  notes: z.array(
    z.object({ id: z.uuid(), text: z.string(), authorName: z.string(), createdAt: Time }),
  ),
  consents: z.array(Consent),
  winBacks: z.array(WinBackCase),
  /** Newest first, at most 200. */
  conversations: z.array(
    z.object({
      id: ConversationId,
      network: z.string(),
      preview: z.string(),
      state: z.string(),
      lastMessageAt: Time,
      messageCount: z.int(),
    }),
  ),
  merges: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      at: Time,
      by: z.string(),
      undoneAt: Time.nullable(),
      canUndo: z.boolean(),
    }),
  ),
  suggestions: z.array(MergeSuggestion),
  can: z.object({ note: z.boolean(), merge: z.boolean(), manage: z.boolean() }),
})
export type Person = z.infer<typeof Person>

export const PersonChange = z.object({
  name: z.string().trim().min(1).max(200).optional(),
  tags: z.array(Tag).max(50).optional(),
})
export type PersonChange = z.infer<typeof PersonChange>
export const PersonNoteInput = z.object({ text: z.string().trim().min(1).max(20_000) })
export const ConsentInput = z.object({
  /** What for: „newsletter”, „photo on our page”. */
  purpose: z.string().trim().min(1).max(200),
  how: z.string().trim().min(1).max(500),
  givenAt: Time.optional(),
})
export type ConsentInput = z.infer<typeof ConsentInput>
export const WithdrawInput = z.object({
  consentId: z.uuid(),
  how: z.string().trim().max(500).default(''),
})
export type WithdrawInput = z.infer<typeof WithdrawInput>
export const WinBackInput = z.object({
  state: WinBackState,
  conversationId: ConversationId.optional(),
})
export type WinBackInput = z.infer<typeof WinBackInput>
export const MergeInput = z.object({ otherId: PersonId })
export const UndoMergeInput = z.object({ mergeId: z.uuid() })
export const ApartInput = z.object({ firstId: PersonId, secondId: PersonId })
/** The name as the record shows it, typed again by whoever erases. */
export const EraseInput = z.object({ name: z.string().max(500) })
export const Erased = z.object({ id: PersonId, conversations: z.int(), messages: z.int() })

/** By the month in which the complaint came, in the business's time zone. */
export const WinBackMonth = z.object({
  month: z.string(),
  unhappy: z.int(),
  answered: z.int(),
  mended: z.int(),
  cameBack: z.int(),
  total: z.int(),
  /** Of all complaints of that month, 0 to 1. */
  shareCameBack: z.number(),
})
export type WinBackMonth = z.infer<typeof WinBackMonth>

/** What a column of the file holds: `ignore`, a field, or `handle:<network>`. */
export const ImportTarget = z
  .string()
  .regex(/^(ignore|external-id|name|email|tags|consent|consent-at|handle:[a-z]{2,30})$/)
export const ImportMapping = z.record(z.string(), ImportTarget)
export type ImportMapping = z.infer<typeof ImportMapping>
/** `POST /api/v1/people/import`: a dry run changes nothing and answers what would happen. */
export const ImportReport = z.object({
  dryRun: z.boolean(),
  headers: z.array(z.string()),
  mapping: ImportMapping,
  rows: z.int(),
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  /** The first 200; all of them are in `refusedCsv`. */
  refused: z.array(z.object({ line: z.int(), field: z.string(), reason: z.string() })),
  refusedCount: z.int(),
  refusedCsv: z.string(),
})
export type ImportReport = z.infer<typeof ImportReport>

/** `GET /api/v1/people/{id}/export`: all that is kept of one person. */
export const PersonExport = z.record(z.string(), z.unknown())
