import type { SessionView } from '../../../contract/session.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { abilitiesFor } from '../access/index.ts'
import { findWorkspace, viewWorkspace } from '../workspaces/index.ts'
import { hasPassword } from './auth-store.ts'
import type { Caller, SignedIn } from './http.ts'
import { anyWorkspace, hasChannel } from './store.ts'

/** Where this visitor stands: what the browser asks before it shows anything. */
export async function getSession(db: Db, caller: Caller): Promise<SessionView> {
  if (caller.kind === 'session') return getOpenSession(db, caller.session)
  const stage = (await anyWorkspace(db)) ? 'sign-in' : 'set-up'
  return { stage, me: null, workspace: null, workspaces: [], setupLeft: [] }
}

async function getOpenSession(db: Db, session: SignedIn): Promise<SessionView> {
  const { actor, secondFactor } = session
  const me = {
    memberId: actor.memberId,
    name: actor.name,
    email: session.email,
    role: actor.role,
    abilities: abilitiesFor(actor),
    hasPassword: await hasPassword(db, session.userId),
  }
  // Before the second factor the business stays out of sight, even its name.
  if (!secondFactor) return { stage: 'enrol', me, workspace: null, workspaces: [], setupLeft: [] }
  const workspaces = []
  for (const { workspaceId } of session.memberships) {
    const row = await inWorkspace(db, workspaceId, (tx) => findWorkspace(tx, workspaceId))
    if (row) workspaces.push({ id: workspaceId, name: row.name })
  }
  const here = await inWorkspace(db, actor.workspaceId, async (tx) => ({
    row: await findWorkspace(tx, actor.workspaceId),
    connected: await hasChannel(tx, actor.workspaceId),
  }))
  if (!here.row) throw new AppError('not-found', 'There is no such workspace.')
  const setupLeft: SessionView['setupLeft'] = []
  if (here.row.set_up_at === null) setupLeft.push('business')
  if (!here.connected) setupLeft.push('channel')
  return { stage: 'ready', me, workspace: viewWorkspace(here.row), workspaces, setupLeft }
}
