import { z } from 'zod'
import { listOf } from '../../../contract/http.ts'
import { InvitationId, MemberId } from '../../../contract/ids.ts'
import {
  AcceptInvitation,
  Invitation,
  InvitationInput,
  Member,
  NewInvitation,
  RoleInput,
} from '../../../contract/members.ts'
import { SignInStep } from '../../../contract/sign-in.ts'
import { inWorkspace } from '../../platform/db.ts'
import type { App } from '../../platform/http-server.ts'
import { acceptInvitation } from './accept-invitation.ts'
import { usersAmong, usersWithFactor } from './auth-store.ts'
import { changeRole } from './change-role.ts'
import type { MembersDeps } from './deps.ts'
import { actorOf } from './http.ts'
import { inviteMember } from './invite-member.ts'
import { removeMember } from './remove-member.ts'
import { revokeInvitation } from './revoke-invitation.ts'
import { signInLimit, signInWith } from './sign-in-routes.ts'
import { listInvitations, listMembers } from './store.ts'
import { viewInvitation, viewMember } from './view.ts'

const tags = ['members']
const Nothing = z.undefined().describe('Done')

/** `/api/v1/members` and `/api/v1/invitations`. */
export function registerTeam(app: App, deps: MembersDeps): void {
  registerMembersOf(app, deps)
  registerInvitations(app, deps)
}

function registerMembersOf(app: App, deps: MembersDeps): void {
  app.get(
    '/api/v1/members',
    {
      config: { access: 'read-members' },
      schema: { summary: 'Members', tags, response: { 200: listOf(Member) } },
    },
    async (request) => {
      const actor = actorOf(request)
      return inWorkspace(deps.db, actor.workspaceId, async (tx) => {
        const rows = await listMembers(tx, actor.workspaceId)
        const withFactor = await usersWithFactor(
          tx,
          rows.map((row) => row.user_id),
        )
        const signIns = await usersAmong(
          tx,
          rows.map((row) => row.user_id),
        )
        return {
          items: rows.map((row) => viewMember(actor, row, { withFactor, signIns })),
          next: null,
        }
      })
    },
  )
  app.patch(
    '/api/v1/members/:id',
    {
      config: { access: 'manage-members' },
      schema: {
        summary: 'Give a member another role',
        tags,
        params: z.object({ id: MemberId }),
        body: RoleInput,
        response: { 200: Member },
      },
    },
    (request) =>
      changeRole(deps, actorOf(request), { id: request.params.id, role: request.body.role }),
  )
  app.delete(
    '/api/v1/members/:id',
    {
      config: { access: 'read-members' },
      schema: {
        summary: 'Remove a member, or leave; ends their sessions',
        tags,
        params: z.object({ id: MemberId }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await removeMember(deps, actorOf(request), request.params.id)
      return reply.code(204).send()
    },
  )
}

function registerInvitations(app: App, deps: MembersDeps): void {
  app.get(
    '/api/v1/invitations',
    {
      config: { access: 'manage-members' },
      schema: { summary: 'Open invitations', tags, response: { 200: listOf(Invitation) } },
    },
    async (request) => {
      const { workspaceId } = actorOf(request)
      const rows = await inWorkspace(deps.db, workspaceId, (tx) =>
        listInvitations(tx, workspaceId, deps.clock()),
      )
      return { items: rows.map(viewInvitation), next: null }
    },
  )
  app.post(
    '/api/v1/invitations',
    {
      config: { access: 'manage-members' },
      schema: {
        summary: 'Invite somebody; the link is in this answer only',
        tags,
        body: InvitationInput,
        response: { 201: NewInvitation },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await inviteMember(deps, actorOf(request), request.body)),
  )
  app.delete(
    '/api/v1/invitations/:id',
    {
      config: { access: 'manage-members' },
      schema: {
        summary: 'Take an invitation back',
        tags,
        params: z.object({ id: InvitationId }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await revokeInvitation(deps, actorOf(request), request.params.id)
      return reply.code(204).send()
    },
  )
  app.post(
    '/api/v1/invitations/accept',
    {
      config: { access: 'open', ...signInLimit(deps) },
      schema: {
        summary: 'Join by an invitation; signs in',
        tags,
        body: AcceptInvitation,
        response: { 200: SignInStep },
      },
    },
    async (request, reply) => {
      const { email } = await acceptInvitation(deps, request.body)
      return signInWith(deps, request, reply, { email, password: request.body.password })
    },
  )
}
