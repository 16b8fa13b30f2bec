import type { ConversationId, MemberId, WorkspaceId } from '../../../contract/ids.ts'
import { PageId } from '../../../contract/ids.ts'
import type { PageView } from '../../../contract/pages.ts'
import { MemberRole } from '../../../contract/session.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { findByToken } from './call-store.ts'
import { findOpenPage, lockPage, type PageRow } from './page-store.ts'
import { readPageToken } from './page-token.ts'
import { callableRoles, canAcknowledge } from './policy.ts'
import { readPage } from './read-pages.ts'
import { endPage } from './settle-pages.ts'
import { findPlace } from './store.ts'

/** Takes a page up: nobody else is called. One that is over stays as it is. */
export async function acknowledgePage(
  { db }: { db: Db },
  actor: Actor,
  id: PageId,
): Promise<PageView> {
  authorize(actor, canAcknowledge(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const page = await lockPage(tx, { workspaceId: actor.workspaceId, id })
    if (!page) throw new AppError('not-found', 'There is no such page.')
    await takeUp(tx, actor, page, 'app')
    return readPage(tx, actor, id)
  })
}

/** Whoever answers the customer has taken the page up. What was done is in the reply's own audit entry. */
export async function acknowledgeByReply(
  tx: Tx,
  actor: Actor,
  conversationId: ConversationId,
): Promise<void> {
  const { workspaceId } = actor
  const id = await findOpenPage(tx, workspaceId, conversationId)
  if (!id) return
  await endPage(
    tx,
    { workspaceId, id },
    {
      state: 'acknowledged',
      ended_by: actorTag(actor),
      ended_name: actor.name,
      ended_via: 'reply',
    },
  )
}

async function takeUp(tx: Tx, actor: Actor, page: PageRow, via: 'app' | 'mail'): Promise<void> {
  const { workspaceId } = actor
  const id = PageId.parse(page.id)
  const ended = await endPage(
    tx,
    { workspaceId, id },
    { state: 'acknowledged', ended_by: actorTag(actor), ended_name: actor.name, ended_via: via },
  )
  if (!ended) return
  await recordAct(tx, actor, {
    act: 'page.acknowledged',
    subject: `page:${id}`,
    detail: { conversation: page.conversation_id, severity: page.severity, via },
  })
}

/** How the page of a link stands, for whoever holds it. */
export type LinkedPage = {
  locale: 'en' | 'ro'
  state: PageRow['state']
  by: string | null
  conversationId: string
}

type LinkDeps = { db: Db; clock: Clock }

/** Looks at the page of a link; changes nothing. Undefined: the link has ended or is none of ours. */
export async function lookByLink(deps: LinkDeps, token: string): Promise<LinkedPage | undefined> {
  return withLink(deps, token, async (_tx, { page }) => page)
}

/** Takes the page up for the member whom the mail went to. */
export async function acknowledgeByLink(
  deps: LinkDeps,
  token: string,
): Promise<LinkedPage | undefined> {
  return withLink(deps, token, async (tx, { actor, page }) => {
    await takeUp(tx, actor, page, 'mail')
    return (
      (await lockPage(tx, { workspaceId: actor.workspaceId, id: PageId.parse(page.id) })) ?? page
    )
  })
}

async function withLink(
  { db, clock }: LinkDeps,
  token: string,
  work: (tx: Tx, found: { actor: Actor; page: PageRow }) => Promise<PageRow>,
): Promise<LinkedPage | undefined> {
  const read = readPageToken(token)
  if (!read) return undefined
  const { workspaceId, hash } = read
  return inWorkspace(db, workspaceId, async (tx) => {
    const found = await findByToken(tx, workspaceId, { hash, now: clock() })
    if (!found) return undefined
    const actor = await findCalled(tx, workspaceId, found.memberId)
    const page = await lockPage(tx, { workspaceId, id: found.pageId })
    if (!actor || !page) return undefined
    const after = await work(tx, { actor, page })
    const { locale } = await findPlace(tx, workspaceId)
    return {
      locale,
      state: after.state,
      by: after.ended_name,
      conversationId: after.conversation_id,
    }
  })
}

/** The member of a link as an actor; undefined when they left or answer no customers any more. */
async function findCalled(
  tx: Tx,
  workspaceId: WorkspaceId,
  memberId: MemberId,
): Promise<Actor | undefined> {
  const row = await tx
    .selectFrom('members')
    .select(['user_id', 'name', 'role'])
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', memberId)
    .where('left_at', 'is', null)
    .where('role', 'in', [...callableRoles])
    .executeTakeFirst()
  if (!row) return undefined
  const { user_id: userId, name } = row
  const role = MemberRole.parse(row.role)
  return { kind: 'member', workspaceId, memberId, userId, name, role, secondFactor: false }
}
