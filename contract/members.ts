import { z } from 'zod'
import { Time } from './http.ts'
import { InvitationId, KeyId, MemberId } from './ids.ts'
import { MemberRole, Scope } from './session.ts'

export const Member = z.object({
  id: MemberId,
  name: z.string(),
  email: z.string(),
  role: MemberRole,
  joinedAt: Time,
  secondFactor: z.boolean(),
  /** False after an import, until they have set a password here: invite them once more. */
  hasSignIn: z.boolean(),
  can: z.object({ changeRole: z.boolean(), remove: z.boolean() }),
})
export type Member = z.infer<typeof Member>

export const Invitation = z.object({
  id: InvitationId,
  email: z.string(),
  role: MemberRole,
  createdAt: Time,
  expiresAt: Time,
})
export const InvitationInput = z.object({ email: z.email().max(320), role: MemberRole })
/** Answer to an invitation: the link is shown once, to be handed over. */
export const NewInvitation = Invitation.extend({ link: z.string() })
/** `POST /api/v1/invitations/accept`, open to whoever holds the token. */
export const AcceptInvitation = z.object({
  token: z.string().min(20).max(200),
  name: z.string().trim().min(1).max(200),
  password: z.string().max(1000),
})

export const Key = z.object({
  id: KeyId,
  name: z.string(),
  hint: z.string(),
  scopes: z.array(Scope),
  createdAt: Time,
  lastUsedAt: Time.nullable(),
  revokedAt: Time.nullable(),
})
export type Key = z.infer<typeof Key>
export const KeyInput = z.object({
  name: z.string().trim().min(1).max(200),
  scopes: z.array(Scope).min(1).max(20),
})
/** The key itself is in this answer and nowhere else, ever. */
export const NewKey = z.object({ id: KeyId, key: z.string() })

/** `POST /api/v1/setup/owner`: the first owner of a fresh instance; refused once there is one. */
export const OwnerInput = z.object({
  business: z.string().trim().min(1).max(200),
  name: z.string().trim().min(1).max(200),
  email: z.email().max(320),
  password: z.string().max(1000),
  timeZone: z.string().max(64).optional(),
  locale: z.enum(['en', 'ro']).optional(),
})
export type OwnerInput = z.infer<typeof OwnerInput>

/** `PATCH /api/v1/workspace`. */
export const WorkspaceChange = z.object({
  name: z.string().trim().min(1).max(200).optional(),
  timeZone: z.string().max(64).optional(),
  locale: z.enum(['en', 'ro']).optional(),
  hours: z
    .partialRecord(
      z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']),
      z
        .array(
          z.tuple([
            z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
            z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/),
          ]),
        )
        .max(6),
    )
    .optional(),
})
export type WorkspaceChange = z.infer<typeof WorkspaceChange>

export const AuditEntry = z.object({
  seq: z.int(),
  at: Time,
  actor: z.string(),
  actorName: z.string(),
  act: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
  hash: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

export const SessionInfo = z.object({
  id: z.string(),
  createdAt: Time,
  lastSeenAt: Time,
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  current: z.boolean(),
})

/** `PATCH /api/v1/members/{id}`. */
export const RoleInput = z.object({ role: MemberRole })

/** `DELETE /api/v1/sessions`: how many were ended. */
export const SessionsEnded = z.object({ ended: z.int() })

/** `GET /api/v1/audit/verify`. */
export const AuditVerdictView = z.union([
  z.object({
    ok: z.literal(true),
    entries: z.int(),
    head: z.object({ seq: z.int(), hash: z.string() }),
  }),
  z.object({ ok: z.literal(false), brokenAt: z.int(), why: z.string() }),
])

/** `GET /api/v1/audit/export`. */
export const AuditLines = z.unknown().describe('One JSON object a line')
