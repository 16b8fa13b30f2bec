import { z } from 'zod'
import { WorkspaceId } from '../../../contract/ids.ts'
import { hashToken } from '../../platform/crypto.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { defineJob, enqueue } from '../../platform/jobs.ts'
import type { Delivery } from '../deliveries/index.ts'
import { enqueueMail } from '../mail/index.ts'
import type { WebsiteDeps } from './deps.ts'
import { newMailToken } from './keys.ts'
import { createSites } from './read-site.ts'
import { findThread, findThreadOf, keepMailedLink, lockThread, readSaid } from './store.ts'
import { siteWords } from './words.ts'

/** Visitors are told by mail at most this often, in ms: the page itself shows every answer at once. */
const restMs = 10 * 60_000

const Payload = z.object({ workspaceId: WorkspaceId, threadId: z.uuid() })

/**
 * A reply stands on a visitor's page: they are told by mail, now or when the last mail is long enough ago.
 * In the transaction that records the reply. Nothing happens for other networks or without an address.
 */
export async function planMail(tx: Tx, delivery: Delivery, now: Date): Promise<void> {
  const { workspaceId, replyToMessageId: messageId } = delivery
  const thread = await findThreadOf(tx, workspaceId, { messageId })
  if (!thread?.email) return
  const soonest = (thread.mailedAt?.getTime() ?? 0) + restMs
  const threadId = thread.id
  await enqueue(
    tx,
    tellVisitor,
    { workspaceId, threadId },
    {
      key: `website-mail:${threadId}`,
      ...(soonest > now.getTime() && { runAt: new Date(soonest) }),
    },
  )
}

/**
 * Mails the visitor a link of its own to the page, unless they have seen the answer or were told of it. What
 * was said does not stand in the mail, nor the name that they gave: anybody may have typed the address.
 */
export const tellVisitor = defineJob({
  name: 'website.tell-visitor',
  payload: Payload,
  async run(deps: WebsiteDeps, { workspaceId, threadId }): Promise<void> {
    const { database, clock, publicUrl } = deps
    const before = await inWorkspace(database.db, workspaceId, (tx) =>
      findThread(tx, workspaceId, threadId),
    )
    if (!before) return
    const site = await createSites(deps).read(before.channelId)
    await inWorkspace(database.db, workspaceId, async (tx) => {
      const thread = await lockThread(tx, workspaceId, threadId)
      if (!thread?.email) return
      const said = await readSaid(tx, workspaceId, thread)
      const answer = said.findLast(({ author }) => author === 'member')
      const known = Math.max(thread.seenAt?.getTime() ?? 0, thread.mailedAt?.getTime() ?? 0)
      if (!answer || answer.at.getTime() <= known) return
      const token = newMailToken()
      await keepMailedLink(tx, { workspaceId, thread, tokenHash: hashToken(token), now: clock() })
      const words = siteWords[thread.language]
      await enqueueMail(tx, {
        workspaceId,
        to: thread.email,
        subject: words.mailSubject(site.name),
        text: words.mailText(site.name, `${publicUrl}/site/c/${token}`),
      })
    })
  },
})
