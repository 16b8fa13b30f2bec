import { z } from 'zod'
import { ChannelId, ConversationId, PageId, PersonId, WorkspaceId } from '../../../contract/ids.ts'
import { announce, type Database, inWorkspace, type Tx } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import { defineJob, enqueue } from '../../platform/jobs.ts'
import { withdrawMails } from '../mail/index.ts'
import { clockRules, severityIgnoresHours } from '../reply-clock/index.ts'
import { tell } from '../webhooks/index.ts'
import { mailCalls, withdrawCalls } from './call-store.ts'
import {
  changePage,
  closePage,
  type Ending,
  findOpenPage,
  insertPage,
  type PagePlace,
  type PageRow,
  readStandings,
  type Standing,
} from './page-store.ts'
import { mailKey, stepTask } from './task.ts'

/** Whoever acknowledged is at it: what the customer adds meanwhile calls nobody else for so long. */
const heldMinutes = 30

/**
 * Begins and ends pages as conversations now stand, in the transaction that changed them: whoever waits in
 * one that pages has an open page, unless somebody acknowledged one for all that they said. Call it with
 * the conversations' rows written; idempotent.
 */
export async function settlePages(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly ConversationId[],
): Promise<void> {
  if (ids.length === 0) return
  for (const standing of await readStandings(tx, workspaceId, ids)) {
    const conversationId = ConversationId.parse(standing.id)
    const step = pageStep(standing, await callsFor(tx, workspaceId, standing))
    if (step.do === 'open') await openPage(tx, workspaceId, conversationId, step.severity)
    else if (step.do === 'end') await endPage(tx, { workspaceId, id: step.page }, step)
    else if (step.do === 'look')
      await enqueue(
        tx,
        lookAgain,
        { workspaceId, conversationId },
        { key: `page-look:${conversationId}`, runAt: step.at },
      )
    else if (step.do === 'call-it')
      await changePage(tx, { workspaceId, id: step.page }, { severity: step.severity })
  }
}

type Step =
  | { do: 'nothing' }
  | { do: 'open'; severity: string }
  | { do: 'end'; page: PageId; state: PageRow['state'] }
  | { do: 'call-it'; page: PageId; severity: string }
  | { do: 'look'; at: Date }

/** What follows for a conversation. `pages`: its severity calls people. Pure. */
export function pageStep(standing: Omit<Standing, 'id'>, pages: boolean): Step {
  const { severity, state, unanswered_since: since, now } = standing
  const waits = severity !== null && pages && since !== null && state !== 'done'
  if (standing.page_state === 'open') {
    const page = PageId.parse(standing.page_id)
    if (!waits)
      return {
        do: 'end',
        page,
        state: since === null ? 'answered' : state === 'done' ? 'done' : 'eased',
      }
    return severity === standing.page_severity
      ? { do: 'nothing' }
      : { do: 'call-it', page, severity }
  }
  if (!waits) return { do: 'nothing' }
  const { page_ended_at: ended, heard_at: heard } = standing
  if (standing.page_state === 'acknowledged' && standing.page_severity === severity && ended) {
    if (heard === null || heard <= ended) return { do: 'nothing' }
    const at = new Date(ended.getTime() + heldMinutes * 60_000)
    if (at > now) return { do: 'look', at }
  }
  return { do: 'open', severity }
}

/** Whether conversations like this one page: by the workspace's list, else by the reply times. */
export async function callsFor(
  tx: Tx,
  workspaceId: WorkspaceId,
  { severity, paging, ...row }: Omit<Standing, 'now'>,
): Promise<boolean> {
  if (severity === null) return false
  if (paging !== null) return paging.includes(severity)
  return severityIgnoresHours(await clockRules(tx, workspaceId, row.clock_version), {
    channelId: ChannelId.parse(row.channel_id),
    personId: PersonId.parse(row.person_id),
    language: row.language,
    severity,
  })
}

async function openPage(
  tx: Tx,
  workspaceId: WorkspaceId,
  conversationId: ConversationId,
  severity: string,
): Promise<void> {
  const id = newId(PageId)
  const page = await insertPage(tx, { workspaceId, id }, { conversationId, severity })
  if (!page) return
  await enqueue(tx, stepTask, { workspaceId, pageId: id }, { key: `page:${id}` })
  await announce(tx, { workspace: workspaceId, kind: 'page', id })
  const data = { conversationId, pageId: id, severity }
  await tell(tx, workspaceId, [{ type: 'page.opened', data, once: `page-opened:${id}` }])
}

/**
 * Ends a page and takes back what did not go out yet.
 * @returns undefined when it was over already
 */
export async function endPage(
  tx: Tx,
  place: PagePlace,
  { state, ended_by = null, ended_name = null, ended_via = null }: Ending,
): Promise<PageRow | undefined> {
  const page = await closePage(tx, place, { state, ended_by, ended_name, ended_via })
  if (!page) return undefined
  const { workspaceId, id } = place
  const mails = await withdrawMails(tx, workspaceId, (await mailCalls(tx, place)).map(mailKey))
  await withdrawCalls(tx, place, { mails: mails.map(callOf), pushes: true })
  await announce(tx, { workspace: workspaceId, kind: 'page', id })
  if (state === 'acknowledged') {
    const data = { conversationId: page.conversation_id, pageId: id, via: ended_via ?? 'app' }
    await tell(tx, workspaceId, [
      { type: 'page.acknowledged', data, once: `page-acknowledged:${id}` },
    ])
  }
  return page
}

/**
 * One conversation becomes part of another: of two open pages only that of the one that stays goes on. The
 * caller moves the pages themselves, so that whoever was called, or took it up, need not be called again.
 */
export async function joinPages(
  tx: Tx,
  { workspaceId, from, to }: { workspaceId: WorkspaceId; from: ConversationId; to: ConversationId },
): Promise<void> {
  const id = await findOpenPage(tx, workspaceId, from)
  if (!id) return
  if (await findOpenPage(tx, workspaceId, to))
    await endPage(tx, { workspaceId, id }, { state: 'done' })
  else await announce(tx, { workspace: workspaceId, kind: 'page', id })
}

/** Takes back one person's mails that still wait: a newer one is on its way. */
export async function withdrawWaitingMails(
  tx: Tx,
  place: PagePlace,
  memberId: Parameters<typeof mailCalls>[2],
): Promise<void> {
  const waiting = (await mailCalls(tx, place, memberId)).map(mailKey)
  const mails = await withdrawMails(tx, place.workspaceId, waiting)
  await withdrawCalls(tx, place, { mails: mails.map(callOf), pushes: false })
}

function callOf(key: string): string {
  return key.slice(mailKey('').length)
}

const Look = z.object({ workspaceId: WorkspaceId, conversationId: ConversationId })

/** Looks whether a customer who said more after a page was acknowledged still waits. */
export const lookAgain = defineJob({
  name: 'on-call.look',
  payload: Look,
  async run(
    { database }: { database: Pick<Database, 'db'> },
    { workspaceId, conversationId }: z.infer<typeof Look>,
  ) {
    await inWorkspace(database.db, workspaceId, (tx) =>
      settlePages(tx, workspaceId, [conversationId]),
    )
  },
})
