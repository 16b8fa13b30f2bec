import { z } from 'zod'
import { MemberId, WorkspaceId } from './ids.ts'

export const MemberRole = z.enum([
  'owner',
  'admin',
  'publisher',
  'responder',
  'contributor',
  'analyst',
])
export type MemberRole = z.infer<typeof MemberRole>

/** What somebody may do. Policies answer it on the server; the UI only asks. */
export const Abilities = z.enum([
  'read-conversations',
  'reply',
  'draft',
  'note',
  'assign',
  'merge-people',
  'manage-people',
  'read-channels',
  'manage-channels',
  'read-members',
  'manage-members',
  'manage-keys',
  'read-audit',
  'operate',
  'manage-workspace',
  'export-everything',
])
export type Ability = z.infer<typeof Abilities>

/** Scopes of an API key: `all`, or single abilities. */
export const Scope = z.union([z.literal('all'), Abilities])
export type Scope = z.infer<typeof Scope>

export const Workspace = z.object({
  id: WorkspaceId,
  name: z.string(),
  timeZone: z.string(),
  locale: z.enum(['en', 'ro']),
  /** Of the default calendar. */
  hours: z.record(
    z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']),
    z.array(z.tuple([z.string(), z.string()])),
  ),
})
export type Workspace = z.infer<typeof Workspace>

/** `GET /api/v1/session`: where the browser stands, asked before anything else. Open to nobody too. */
export const SessionView = z.object({
  /** `set-up`: no owner yet. `sign-in`: nobody is signed in. `enrol`: a second factor must be added first. */
  stage: z.enum(['set-up', 'sign-in', 'enrol', 'ready']),
  me: z
    .object({
      memberId: MemberId,
      name: z.string(),
      email: z.string(),
      role: MemberRole,
      abilities: z.array(Abilities),
      /** False for somebody who comes by single sign-on only. */
      hasPassword: z.boolean(),
    })
    .nullable(),
  workspace: Workspace.nullable(),
  workspaces: z.array(z.object({ id: WorkspaceId, name: z.string() })),
  /** First-run steps not done yet, in order; empty when set up. */
  setupLeft: z.array(z.enum(['business', 'channel'])),
})
export type SessionView = z.infer<typeof SessionView>
