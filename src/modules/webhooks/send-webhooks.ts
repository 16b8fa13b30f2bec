import type { Updateable } from 'kysely'
import type { Clock } from '../../platform/clock.ts'
import type { Keyring } from '../../platform/crypto.ts'
import { type Database, inWorkspace, type Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'
import type { HttpClient } from '../../platform/http.ts'
import { defineJob, enqueue } from '../../platform/jobs.ts'
import { recordAct } from '../audit/index.ts'
import { openSecret } from '../vault/index.ts'
import { callEndpoint } from './call-endpoint.ts'
import { afterCall, type Outcome, restAfter } from './next-step.ts'
import {
  type CallRow,
  dueCalls,
  forgetOldCalls,
  lockWebhook,
  nextCallAt,
  type Place,
  secretOf,
  updateCalls,
  updateWebhook,
  type WebhookRow,
} from './store.ts'
import { type SendWebhooks, sendWebhooksTask } from './task.ts'
import { bodyOf, Secret, secretPurpose } from './wording.ts'

export type WebhookSenderDeps = {
  database: Database
  http: HttpClient
  keyring: Keyring
  clock: Clock
  publicUrl: string
}

/** At once to one address; one batch lasts as long as one try at most. */
const AT_ONCE = 8
/** Longer than any batch. A worker that died holds the address this long. */
const LEASE_MS = 20_000

/**
 * Makes the calls that are due at one address, one worker at a time. What is about to be called is
 * written down before, how it ended after: a worker killed in between leaves a call that waits, and it is
 * made again under the same id. Idempotent.
 */
export const sendWebhooks = defineJob({
  ...sendWebhooksTask,
  async run(deps: WebhookSenderDeps, { workspaceId, webhookId }: SendWebhooks) {
    const { db } = deps.database
    const place = { workspaceId, id: webhookId }
    const begun = await inWorkspace(db, workspaceId, (tx) => begin(tx, deps, place))
    if (!begun) return
    const { webhook, calls } = begun
    const secret = await readSecret(deps, place, webhook)
    const results = await Promise.all(
      calls.map(async (call) => ({
        call,
        outcome: await callEndpoint(deps.http, {
          url: webhook.url,
          secret,
          id: call.id,
          body: bodyOf(call, deps.publicUrl),
        }),
      })),
    )
    await inWorkspace(db, workspaceId, (tx) => finish(tx, deps, place, results))
  },
})

/** Takes the address and what is due at it; undefined when there is nothing to do now. */
async function begin(
  tx: Tx,
  deps: WebhookSenderDeps,
  place: Place,
): Promise<{ webhook: WebhookRow; calls: CallRow[] } | undefined> {
  const webhook = await lockWebhook(tx, place)
  if (!webhook) return undefined
  const now = deps.clock()
  if (webhook.busy_until && webhook.busy_until > now) {
    // Another worker is at it and looks again when it ends, or it died.
    await later(tx, place, webhook.busy_until)
    return undefined
  }
  const onlyByHand = isQuiet(webhook, now)
  const calls = await dueCalls(tx, place, { now, limit: AT_ONCE, onlyByHand })
  if (calls.length === 0) {
    await goOn(tx, place, webhook, now)
    return undefined
  }
  for (const call of calls)
    await updateCalls(tx, place.workspaceId, [call.id], {
      tries: call.tries + 1,
      round_tries: call.round_tries + 1,
      tried_at: now,
      took_ms: null,
      status: null,
      answer: null,
      problem: 'It was being called when Parley stopped, so it may have been heard.',
    })
  const busy_until = new Date(now.getTime() + LEASE_MS)
  return { webhook: await updateWebhook(tx, place, { busy_until }), calls }
}

type Result = { call: CallRow; outcome: Outcome }

/** Writes down how the calls ended and what follows for the address. */
async function finish(
  tx: Tx,
  deps: WebhookSenderDeps,
  place: Place,
  results: readonly Result[],
): Promise<void> {
  const webhook = await lockWebhook(tx, place)
  // It was removed meanwhile, and its log with it.
  if (!webhook) return
  const now = deps.clock()
  const heard = results.some(({ outcome }) => outcome.problem === null)
  const succeeded = heard ? now : webhook.succeeded_at
  let why: string | null = null
  for (const { call, outcome } of results) {
    const step = afterCall(outcome, { tries: call.round_tries + 1, now })
    await updateCalls(tx, place.workspaceId, [call.id], {
      state: step.state,
      by_hand: false,
      status: outcome.status,
      answer: outcome.answer,
      problem: outcome.problem,
      took_ms: outcome.milliseconds,
      ...(step.state === 'waiting' && { next_at: step.nextAt }),
    })
    if (step.state !== 'failed') continue
    if (step.gone) why = 'The address answered that it is gone for good (410).'
    else if (!succeeded || succeeded < call.round_began_at)
      why = 'For three days no call to the address succeeded.'
  }
  const failures = heard ? 0 : webhook.failures + 1
  const change: Updateable<Tables['webhook_endpoints']> = {
    busy_until: null,
    failures,
    rest_until: restAfter(failures, now),
    succeeded_at: succeeded,
    ...(why !== null && webhook.state === 'active' && { state: 'paused', paused_why: why }),
  }
  const changed = await updateWebhook(tx, place, change)
  await goOn(tx, place, changed, now)
  if (changed.state !== webhook.state)
    await recordAct(
      tx,
      { kind: 'system', workspaceId: place.workspaceId, name: 'Parley' },
      { act: 'webhook.paused', subject: `webhook:${place.id}`, detail: { why } },
    )
}

/** Nothing goes there by itself now. */
function isQuiet(webhook: WebhookRow, now: Date): boolean {
  return webhook.state !== 'active' || (webhook.rest_until !== null && webhook.rest_until > now)
}

/** Comes back when the next call is due, or when the log has something to forget. */
async function goOn(tx: Tx, place: Place, webhook: WebhookRow, now: Date): Promise<void> {
  const forget = await forgetOldCalls(tx, place, now)
  const byHand = await nextCallAt(tx, place, true)
  const next = webhook.state === 'active' ? await nextCallAt(tx, place, false) : null
  const rest = webhook.rest_until?.getTime() ?? 0
  const times = [
    ...(forget ? [forget.getTime()] : []),
    ...(byHand ? [byHand.getTime()] : []),
    ...(next ? [Math.max(next.getTime(), rest)] : []),
  ]
  if (times.length > 0) await later(tx, place, new Date(Math.min(...times)))
}

/** One waiting job an address. All who ask hold its row, so that none replaces an earlier time unseen. */
async function later(tx: Tx, { workspaceId, id }: Place, runAt: Date): Promise<void> {
  const payload = { workspaceId, webhookId: id }
  await enqueue(tx, sendWebhooksTask, payload, { key: `webhook:${id}`, runAt })
}

async function readSecret(
  { database, keyring }: WebhookSenderDeps,
  { workspaceId }: Place,
  webhook: WebhookRow,
): Promise<string> {
  const secretId = secretOf(webhook)
  const place = { workspaceId, secretId, purpose: secretPurpose, by: 'webhooks' }
  return Secret.parse((await openSecret(database.db, keyring, place)).value)
}
