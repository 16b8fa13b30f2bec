import { PageId, PushSubscriptionId } from '../../../contract/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Keyring } from '../../platform/crypto.ts'
import { announce, type Database, inWorkspace, type Tx } from '../../platform/db.ts'
import type { HttpClient } from '../../platform/http.ts'
import { defineJob, enqueue } from '../../platform/jobs.ts'
import { type CallRow, changeCall, findCall, lockCall } from './call-store.ts'
import { lockPage } from './page-store.ts'
import { openSender } from './push-keys.ts'
import {
  deleteSubscription,
  findSubscription,
  noteSent,
  type SubscriptionRow,
} from './push-store.ts'
import { type PushOutcome, sendPush } from './send-push.ts'
import { findPlace } from './store.ts'
import { pushTask, type SendPush } from './task.ts'
import { type PushMessage, writeCallPush } from './write-call.ts'

export type PushDeps = {
  database: Pick<Database, 'db'>
  http: HttpClient
  keyring: Keyring
  clock: Clock
  publicUrl: string
}

const LEASE_MS = 30_000
/** A call that could not be made for so long is over: the next step makes another. */
const GIVES_UP_MS = 10 * 60_000

/**
 * Sends one push message of a step. What is about to be sent is written down before; a worker that was
 * killed in between leaves a lease, and it is sent again after: under the same topic and tag, so that a
 * browser shows the two as one. Idempotent: what is settled stays.
 */
export const sendPushCall = defineJob({
  ...pushTask,
  async run(deps: PushDeps, task: SendPush) {
    const { db } = deps.database
    const begun = await inWorkspace(db, task.workspaceId, (tx) => begin(tx, deps, task))
    if (!begun) return
    const { subscription, message, call } = begun
    const outcome = await attempt(deps, task, {
      subscription,
      message,
      topic: call.page_id.replaceAll('-', ''),
    })
    await inWorkspace(db, task.workspaceId, (tx) => finish(tx, deps, task, outcome))
  },
})

type Begun = { call: CallRow; subscription: SubscriptionRow; message: PushMessage }

async function begin(tx: Tx, deps: PushDeps, task: SendPush): Promise<Begun | undefined> {
  const place = { workspaceId: task.workspaceId, id: task.callId }
  // The page first, as whoever ends it does.
  const seen = await findCall(tx, place)
  const page = seen && (await lockPage(tx, { ...place, id: PageId.parse(seen.page_id) }))
  const call = await lockCall(tx, place)
  if (!call || (call.state !== 'waiting' && call.state !== 'sending')) return undefined
  const now = deps.clock()
  if (call.state === 'sending' && call.lease_until && call.lease_until > now) {
    await enqueue(tx, pushTask, task, { runAt: call.lease_until })
    return undefined
  }
  const id = PushSubscriptionId.parse(call.subscription_id)
  const subscription = await findSubscription(tx, { ...place, id })
  if (page?.state !== 'open' || !subscription || subscription.member_id !== call.member_id) {
    await changeCall(tx, place, { state: 'withdrawn', lease_until: null })
    return undefined
  }
  await changeCall(tx, place, {
    state: 'sending',
    attempts: call.attempts + 1,
    lease_until: new Date(now.getTime() + LEASE_MS),
  })
  const business = await findPlace(tx, task.workspaceId)
  const about = { page, place: business, publicUrl: deps.publicUrl }
  return { call, subscription, message: writeCallPush(about, subscription.locale) }
}

async function attempt(
  deps: PushDeps,
  { workspaceId }: SendPush,
  what: Parameters<typeof sendPush>[2],
): Promise<PushOutcome> {
  const { keyring, publicUrl } = deps
  const sender = await openSender({ db: deps.database.db, keyring, publicUrl }, workspaceId)
  if (!sender)
    return { kind: 'failed', problem: 'The key that push messages are signed with is gone.' }
  return sendPush(deps.http, sender, what)
}

async function finish(tx: Tx, deps: PushDeps, task: SendPush, outcome: PushOutcome): Promise<void> {
  const place = { workspaceId: task.workspaceId, id: task.callId }
  const call = await lockCall(tx, place)
  if (call?.state !== 'sending') return
  const now = deps.clock()
  const subscription = { ...place, id: PushSubscriptionId.parse(call.subscription_id) }
  await announce(tx, { workspace: task.workspaceId, kind: 'page', id: call.page_id })
  if (outcome.kind === 'sent') {
    await noteSent(tx, subscription, { sent_at: now, problem: null })
    return changeCall(tx, place, { state: 'sent', lease_until: null, problem: null })
  }
  const { problem } = outcome
  if (outcome.kind === 'gone') await deleteSubscription(tx, subscription)
  else await noteSent(tx, subscription, { problem })
  const waited = now.getTime() - call.created_at.getTime()
  if (outcome.kind !== 'later' || waited > GIVES_UP_MS)
    return changeCall(tx, place, { state: 'failed', lease_until: null, problem })
  await changeCall(tx, place, { state: 'waiting', lease_until: null, problem })
  const pauseMs = Math.min(outcome.pauseMs ?? 2000 * 2 ** Math.min(call.attempts, 5), 60_000)
  await enqueue(tx, pushTask, task, { runAt: new Date(now.getTime() + pauseMs) })
}
