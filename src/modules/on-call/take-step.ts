import {
  type MemberId,
  PageCallId,
  type PushSubscriptionId,
  WorkspaceId,
} from '../../../contract/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import { announce, type Database, type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { defineJob, enqueue } from '../../platform/jobs.ts'
import type { Log } from '../../platform/log.ts'
import { type Loop, startLoop } from '../../platform/loop.ts'
import type { ChannelDeps } from '../channels/index.ts'
import { enqueueMail, hasMailAccount, mailNetworks } from '../mail/index.ts'
import { tell } from '../webhooks/index.ts'
import { insertCall, lastCalled, readCalled } from './call-store.ts'
import { nextCall } from './next-call.ts'
import {
  changePage,
  conversationOf,
  lockPage,
  overduePages,
  type PagePlace,
  type PageRow,
} from './page-store.ts'
import { newPageToken } from './page-token.ts'
import { subscriptionsOf } from './push-store.ts'
import { settlePages, withdrawWaitingMails } from './settle-pages.ts'
import { type Callable, callableMembers, findPlace, readSettings } from './store.ts'
import { mailKey, pushTask, stepTask, type TakeStep } from './task.ts'
import { whoIsOnCall } from './who-is-on-call.ts'
import { type Call, writeCallMail } from './write-call.ts'

export type PagingDeps = {
  database: Pick<Database, 'db' | 'dispatch'>
  clock: Clock
  publicUrl: string
  connectors: ChannelDeps['connectors']
}

/**
 * Calls whoever is next and sets when the step after it is due. The calls, their mails and push messages
 * and the next step stand or fall together, behind the page's lock: killed at any line it is taken again
 * whole, and of two workers the second finds that it is not due. How the calls fare is not waited for.
 */
export const takeStep = defineJob({
  ...stepTask,
  async run(deps: PagingDeps, { workspaceId, pageId }: TakeStep) {
    await inWorkspace(deps.database.db, workspaceId, (tx) =>
      stepOn(tx, deps, { workspaceId, id: pageId }),
    )
  },
})

async function stepOn(tx: Tx, deps: PagingDeps, place: PagePlace): Promise<void> {
  const now = deps.clock()
  const page = await findDue(tx, place, now)
  if (!page) return
  const { next, members } = await chooseNext(tx, place, now)
  const before = await lastCalled(tx, place)
  const step = page.steps + 1
  const call: Call = {
    page,
    place: await findPlace(tx, place.workspaceId),
    tier: next.tier,
    pauseMinutes: next.pauseMinutes,
    publicUrl: deps.publicUrl,
  }
  const hasMail = await hasMailAccount(tx, place.workspaceId, mailNetworks(deps))
  for (const member of members) await callMember(tx, place, { call, step, member, hasMail, now })
  const nextAt = new Date(now.getTime() + next.pauseMinutes * 60_000)
  await changePage(tx, place, { steps: step, next_at: nextAt })
  await stepLater(tx, place, nextAt)
  await announce(tx, { workspace: place.workspaceId, kind: 'page', id: place.id })
  const others = members.length < before.size || members.some(({ id }) => !before.has(id))
  if (step > 1 && others) await tellEscalated(tx, page, step)
}

/** The page, locked, when its step is due and somebody still waits. */
async function findDue(tx: Tx, place: PagePlace, now: Date): Promise<PageRow | undefined> {
  const seen = await lockPage(tx, place)
  if (seen?.state !== 'open') return undefined
  if (seen.next_at > now) {
    await stepLater(tx, place, seen.next_at)
    return undefined
  }
  // What was recorded meanwhile may have ended it.
  await settlePages(tx, place.workspaceId, [conversationOf(seen)])
  const page = await lockPage(tx, place)
  return page?.state === 'open' ? page : undefined
}

async function chooseNext(tx: Tx, place: PagePlace, now: Date) {
  const { rota, repeats, stepMinutes } = await readSettings(tx, place.workspaceId)
  const callable = await callableMembers(tx, place.workspaceId)
  const known = new Map(callable.map((member) => [member.id, member]))
  const next = nextCall({
    onCall: whoIsOnCall(rota, now).filter((id) => known.has(id)),
    owners: callable.filter(({ isOwner }) => isOwner).map(({ id }) => id),
    called: await readCalled(tx, place),
    repeats,
    stepMinutes,
  })
  return { next, members: next.members.flatMap((id) => known.get(id) ?? []) }
}

async function stepLater(tx: Tx, { workspaceId, id }: PagePlace, runAt: Date): Promise<void> {
  await enqueue(tx, stepTask, { workspaceId, pageId: id }, { key: `page:${id}`, runAt })
}

type Calling = { call: Call; step: number; member: Callable; hasMail: boolean; now: Date }

/** By every way that there is; the mail's row stands even where none can be sent, so that it is seen. */
async function callMember(
  tx: Tx,
  place: PagePlace,
  { call, step, member, hasMail, now }: Calling,
): Promise<void> {
  const { workspaceId } = place
  const common = { step, tier: call.tier, memberId: member.id, now }
  const id = newId(PageCallId)
  const { token, hash, endsAt } = newPageToken(workspaceId, now)
  const problem = hasMail
    ? await mailCall(tx, place, { call, member, token, key: mailKey(id) })
    : 'No e-mail account is connected.'
  await insertCall(tx, place, {
    ...common,
    id,
    way: 'mail',
    state: problem === null ? 'sent' : 'failed',
    problem,
    token: problem === null ? { hash, endsAt } : null,
  })
  for (const subscriptionId of await subscriptionsOf(tx, workspaceId, member.id))
    await pushCall(tx, place, { ...common, subscriptionId })
}

/** @returns why it cannot be written to, or null. One bad address must not stop the rest. */
async function mailCall(
  tx: Tx,
  place: PagePlace,
  { call, member, token, key }: Pick<Calling, 'call' | 'member'> & { token: string; key: string },
): Promise<string | null> {
  await withdrawWaitingMails(tx, place, member.id)
  try {
    const written = writeCallMail(call, token)
    await enqueueMail(tx, { workspaceId: place.workspaceId, to: member.email, ...written, key })
    return null
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad-input') return error.message
    throw error
  }
}

async function pushCall(
  tx: Tx,
  place: PagePlace,
  call: {
    step: number
    tier: Call['tier']
    memberId: MemberId
    now: Date
    subscriptionId: PushSubscriptionId
  },
): Promise<void> {
  const id = newId(PageCallId)
  await insertCall(tx, place, { ...call, id, way: 'push' })
  await enqueue(tx, pushTask, { workspaceId: place.workspaceId, callId: id })
}

async function tellEscalated(tx: Tx, page: PageRow, step: number): Promise<void> {
  const data = {
    conversationId: page.conversation_id,
    pageId: page.id,
    severity: page.severity,
    step: String(step),
  }
  const once = `page-escalated:${page.id}:${step}`
  await tell(tx, WorkspaceId.parse(page.workspace_id), [{ type: 'page.escalated', data, once }])
}

const SWEEP_MS = 60_000

/**
 * Looks every minute for open pages whose step is late: a job that was lost, or given up after many
 * failures, must not be the end of a page.
 */
export function startPageSweep(
  deps: PagingDeps & { log: Log },
  everyMs = SWEEP_MS,
): Pick<Loop, 'stop'> {
  return startLoop({
    name: 'page-sweep',
    everyMs,
    log: deps.log,
    work: () => sweepPages(deps),
  })
}

export async function sweepPages({
  database,
  clock,
}: Pick<PagingDeps, 'database' | 'clock'>): Promise<void> {
  const late = await overduePages(database.dispatch, new Date(clock().getTime() - SWEEP_MS))
  for (const place of late) await stepNow(database.db, place)
}

async function stepNow(db: Db, place: PagePlace): Promise<void> {
  await inWorkspace(db, place.workspaceId, (tx) => stepLater(tx, place, new Date()))
}
