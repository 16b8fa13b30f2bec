import { z } from 'zod'
import { Severity } from './clock.ts'
import { Time } from './http.ts'
import { ChannelId, ConversationId, DepartmentId, MemberId, RuleId } from './ids.ts'
import { MessageKind } from './understanding.ts'

/** What a rule looks at; all that is named must hold. A rule that names nothing catches everything. */
export const RuleWhen = z
  .object({
    channelIds: z.array(ChannelId).min(1).max(100),
    networks: z.array(z.string().min(1).max(40)).min(1).max(40),
    /** `ro` means `ro-MD` too. */
    languages: z
      .array(z.string().regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'Use a tag like en or ro-MD.'))
      .min(1)
      .max(40),
    /** Looked for in the customer's first words; capitals and diacritics do not matter. */
    words: z.object({
      of: z.enum(['any', 'all']),
      list: z.array(z.string().trim().min(1).max(100)).min(1).max(200),
    }),
    /** What the customer's first message is, as Parley reads it. */
    kinds: z.array(MessageKind).min(1).max(4),
    visibility: z.enum(['public', 'private']),
    /** Another conversation of the same person is not done. */
    hasOpenConversation: z.boolean(),
    openingHours: z.enum(['open', 'closed']),
  })
  .partial()
export type RuleWhen = z.infer<typeof RuleWhen>

/** What a rule does. `in-turn` and `least-loaded` choose among the department's members. */
export const RuleGive = z
  .object({
    departmentId: DepartmentId,
    assign: z.discriminatedUnion('to', [
      z.object({ to: z.literal('member'), memberId: MemberId }),
      z.object({ to: z.literal('in-turn') }),
      z.object({ to: z.literal('least-loaded') }),
    ]),
    severity: Severity,
    state: z.enum(['open', 'waiting-colleague']),
  })
  .partial()
  .refine((give) => Object.values(give).some((value) => value !== undefined), {
    message: 'A rule must do something: a department, a holder, a severity or a state.',
  })
  .refine(
    ({ assign, departmentId }) =>
      assign === undefined || assign.to === 'member' || departmentId !== undefined,
    { path: ['departmentId'], message: 'Choose the department whose members take turns.' },
  )
export type RuleGive = z.infer<typeof RuleGive>

export const Rule = z.object({
  id: RuleId,
  name: z.string().trim().min(1).max(80),
  when: RuleWhen,
  give: RuleGive,
  /** Also when a customer writes in a conversation that was done. */
  onReopen: z.boolean().default(false),
})
export type Rule = z.infer<typeof Rule>

/** In order; the first that matches decides, alone. */
export const Rules = z
  .array(Rule)
  .max(200)
  .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, {
    message: 'Two rules have one id.',
  })
export type Rules = z.infer<typeof Rules>

export const RoutingVersion = z.object({
  version: z.int(),
  madeAt: Time,
  madeByName: z.string(),
  revertedTo: z.int().nullable(),
  ruleCount: z.int(),
})

/** `GET /api/v1/routing`. */
export const Routing = z.object({
  /** Null: no rule has ever been live. */
  live: z.object({ version: z.int(), rules: Rules }).nullable(),
  /** The rules being written; as live when nobody has changed them. */
  draft: Rules,
  /** The draft is what was tried last, so that it may go live. */
  draftTried: z.boolean(),
  /** Newest first. */
  versions: z.array(RoutingVersion),
})
export type Routing = z.infer<typeof Routing>

/** `PUT /api/v1/routing/draft`. */
export const RoutingDraft = z.object({ rules: Rules })
/** `POST /api/v1/routing/trial`: the draft, or these rules, on the newest conversations. */
export const TrialInput = z.object({
  rules: Rules.optional(),
  last: z.int().min(1).max(1000).default(200),
})
export type TrialInput = z.infer<typeof TrialInput>

const Place = z.object({
  department: z.string().nullable(),
  assignee: z.string().nullable(),
  severity: z.string().nullable(),
})

export const TrialSample = z.object({
  id: ConversationId,
  personName: z.string(),
  network: z.string(),
  words: z.string(),
  createdAt: Time,
  now: Place,
  /** Where it would have gone. `turn`: to a member of the department, chosen at that moment. */
  would: Place.extend({ turn: z.enum(['in-turn', 'least-loaded']).nullable() }),
  /** It would stand elsewhere than it stands today. */
  changes: z.boolean(),
})

export const Trial = z.object({
  tried: z.int(),
  /** The oldest conversation tried. */
  since: Time.nullable(),
  rules: z.array(
    z.object({
      id: RuleId,
      name: z.string(),
      caught: z.int(),
      changes: z.int(),
      /** The newest of them, at most 50. */
      samples: z.array(TrialSample),
    }),
  ),
  /** No rule speaks of them. */
  uncaught: z.int(),
})
export type Trial = z.infer<typeof Trial>

/** `POST /api/v1/routing/live`. `basedOn`: the version that is live as the caller knows it; null: none. */
export const GoLiveInput = z.object({ rules: Rules, basedOn: z.int().nullable() })
export type GoLiveInput = z.infer<typeof GoLiveInput>
/** `POST /api/v1/routing/revert`. */
export const RevertInput = z.object({ to: z.int(), basedOn: z.int().nullable() })
export type RevertInput = z.infer<typeof RevertInput>
