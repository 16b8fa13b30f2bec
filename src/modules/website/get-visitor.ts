import { z } from 'zod'
import type { ConversationId } from '../../../contract/ids.ts'
import type { Visitor } from '../../../contract/website.ts'
import { inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import type { WebsiteDeps } from './deps.ts'
import { canSeeVisitor } from './policy.ts'
import { createSites, type Site } from './read-site.ts'
import { findThread, findThreadOf, readSaid, type Said } from './store.ts'
import { memberPage } from './submit-message.ts'

/** Who wrote by the form. @throws AppError `not-found`, also for a conversation of another network */
export async function getVisitor(
  deps: Pick<WebsiteDeps, 'database' | 'publicUrl'>,
  actor: Actor,
  id: ConversationId,
): Promise<Visitor> {
  authorize(actor, canSeeVisitor(actor))
  const thread = await inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
    findThreadOf(tx, actor.workspaceId, { conversationId: id }),
  )
  if (!thread) throw new AppError('not-found', 'Nobody wrote this by a website form.')
  return {
    name: thread.name,
    email: thread.email,
    emailVerifiedAt: thread.emailVerifiedAt?.toISOString() ?? null,
    seenAt: thread.seenAt?.toISOString() ?? null,
    page: memberPage(deps.publicUrl, thread.id),
  }
}

/** The visitor's page for a member of the business. @throws AppError `not-found` */
export async function getVisitorPage(
  deps: Pick<WebsiteDeps, 'database'>,
  actor: Actor,
  given: string,
): Promise<{ site: Site; said: Said[] }> {
  authorize(actor, canSeeVisitor(actor))
  const id = z.uuid().safeParse(given)
  const missing = new AppError('not-found', 'There is no such conversation page.')
  if (!id.success) throw missing
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const thread = await findThread(tx, actor.workspaceId, id.data)
    if (!thread) throw missing
    const said = await readSaid(tx, actor.workspaceId, thread)
    return { site: await createSites(deps).read(thread.channelId), said }
  })
}
