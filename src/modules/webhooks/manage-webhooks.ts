import { WebhookCallId, WebhookId } from '../../../contract/ids.ts'
import type {
  NewWebhook,
  Webhook,
  WebhookCall,
  WebhookChange,
  WebhookInput,
} from '../../../contract/webhooks.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Keyring } from '../../platform/crypto.ts'
import { type Database, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { HttpError } from '../../platform/http.ts'
import { checkUrl } from '../../platform/http-guard.ts'
import { newId } from '../../platform/ids.ts'
import { enqueue } from '../../platform/jobs.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { removeSecret, storeSecret } from '../vault/index.ts'
import { canManageWebhooks } from './policy.ts'
import { createWebhookSecret } from './sign.ts'
import {
  deleteCalls,
  findCall,
  insertCalls,
  insertWebhook,
  listCalls,
  listWebhooks,
  lockWebhook,
  secretOf,
  updateCalls,
  updateWebhook,
  type WebhookRow,
} from './store.ts'
import { sendWebhooksTask } from './task.ts'
import { viewCall, viewWebhook } from './view.ts'
import { secretPurpose, testType } from './wording.ts'

export type WebhookDeps = {
  database: Database
  keyring: Keyring
  clock: Clock
  /** Did the operator allow this private address? */
  allowsPrivate(url: URL): boolean
}

/** Each is told separately. */
const MOST_WEBHOOKS = 10

export async function getWebhooks({ database }: WebhookDeps, actor: Actor): Promise<Webhook[]> {
  authorize(actor, canManageWebhooks(actor))
  const rows = await inWorkspace(database.db, actor.workspaceId, (tx) =>
    listWebhooks(tx, actor.workspaceId),
  )
  return rows.map(viewWebhook)
}

/** Has an address told of events from now on. The secret in the answer is told this once. */
export async function createWebhook(
  deps: WebhookDeps,
  actor: Actor,
  input: WebhookInput,
): Promise<NewWebhook> {
  authorize(actor, canManageWebhooks(actor))
  const url = checkAddress(deps, input.url)
  const { workspaceId } = actor
  return inWorkspace(deps.database.db, workspaceId, async (tx) => {
    if ((await listWebhooks(tx, workspaceId)).length >= MOST_WEBHOOKS)
      throw new AppError(
        'refused',
        `There are ${MOST_WEBHOOKS} webhooks already. Remove one first.`,
      )
    const id = newId(WebhookId)
    const value = createWebhookSecret()
    const secretId = await storeSecret(tx, deps.keyring, {
      workspaceId,
      purpose: secretPurpose,
      value,
      by: actorTag(actor),
    })
    const events = [...new Set(input.events)]
    const now = deps.clock()
    const row = await insertWebhook(
      tx,
      { workspaceId, id },
      { url: url.href, events, secretId, now },
    )
    await record(tx, actor, 'webhook.created', row)
    return { ...viewWebhook(row), secret: value }
  })
}

export async function changeWebhook(
  deps: WebhookDeps,
  actor: Actor,
  id: WebhookId,
  change: WebhookChange,
): Promise<Webhook> {
  authorize(actor, canManageWebhooks(actor))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    await findWebhook(tx, actor, id)
    const place = { workspaceId: actor.workspaceId, id }
    const row = await updateWebhook(tx, place, {
      id,
      ...(change.url !== undefined && { url: checkAddress(deps, change.url).href }),
      ...(change.events !== undefined && { events: [...new Set(change.events)] }),
      ...(change.active !== undefined && {
        state: change.active ? 'active' : 'paused',
        paused_why: null,
      }),
      // Somebody looked after it: what waits is tried at once.
      ...(change.active && { failures: 0, rest_until: null }),
    })
    await enqueue(tx, sendWebhooksTask, { workspaceId: actor.workspaceId, webhookId: id })
    await record(tx, actor, 'webhook.changed', row)
    return viewWebhook(row)
  })
}

/** Ends it: nothing is told any more, secret and log are gone. */
export async function removeWebhook(
  { database }: WebhookDeps,
  actor: Actor,
  id: WebhookId,
): Promise<void> {
  authorize(actor, canManageWebhooks(actor))
  await inWorkspace(database.db, actor.workspaceId, async (tx) => {
    const row = await findWebhook(tx, actor, id)
    const place = { workspaceId: actor.workspaceId, id }
    await updateWebhook(tx, place, { state: 'removed', secret_id: null })
    await deleteCalls(tx, place)
    await removeSecret(tx, { ...place, secretId: secretOf(row), by: actorTag(actor) })
    await record(tx, actor, 'webhook.removed', row)
  })
}

/** Puts a call of type `webhook.test` in line, also when the webhook is paused. */
export async function testWebhook(
  { database, clock }: WebhookDeps,
  actor: Actor,
  webhookId: WebhookId,
): Promise<WebhookCall> {
  authorize(actor, canManageWebhooks(actor))
  const { workspaceId } = actor
  return inWorkspace(database.db, workspaceId, async (tx) => {
    const webhook = await findWebhook(tx, actor, webhookId)
    const id = newId(WebhookCallId)
    const calls = [{ id, type: testType, data: { webhookId }, byHand: true }]
    await insertCalls(tx, { workspaceId, id: webhookId }, { calls, now: clock() })
    await enqueue(tx, sendWebhooksTask, { workspaceId, webhookId })
    await record(tx, actor, 'webhook.tested', webhook)
    return viewCall(await findOwnCall(tx, actor, id))
  })
}

/** Makes a call of the log once more, under the same id. */
export async function callAgain(
  { database, clock }: WebhookDeps,
  actor: Actor,
  id: WebhookCallId,
): Promise<WebhookCall> {
  authorize(actor, canManageWebhooks(actor))
  const { workspaceId } = actor
  return inWorkspace(database.db, workspaceId, async (tx) => {
    const webhookId = WebhookId.parse((await findOwnCall(tx, actor, id)).endpoint_id)
    const webhook = await findWebhook(tx, actor, webhookId)
    const now = clock()
    await updateCalls(tx, workspaceId, [id], {
      state: 'waiting',
      by_hand: true,
      round_tries: 0,
      round_began_at: now,
      next_at: now,
    })
    await enqueue(tx, sendWebhooksTask, { workspaceId, webhookId })
    const call = await findOwnCall(tx, actor, id)
    await record(tx, actor, 'webhook.sent-again', webhook)
    return viewCall(call)
  })
}

/** The log of a webhook, newest first. */
export async function getCalls(
  { database, clock }: WebhookDeps,
  actor: Actor,
  { id, before, limit }: { id: WebhookId; before: WebhookCallId | null; limit: number },
): Promise<WebhookCall[]> {
  authorize(actor, canManageWebhooks(actor))
  return inWorkspace(database.db, actor.workspaceId, async (tx) => {
    await findWebhook(tx, actor, id)
    const place = { workspaceId: actor.workspaceId, id }
    return (await listCalls(tx, place, { before, limit, now: clock() })).map(viewCall)
  })
}

async function findWebhook(tx: Tx, actor: Actor, id: WebhookId): Promise<WebhookRow> {
  const row = await lockWebhook(tx, { workspaceId: actor.workspaceId, id })
  if (!row) throw new AppError('not-found', 'There is no such webhook.')
  return row
}

async function findOwnCall(tx: Tx, actor: Actor, id: WebhookCallId) {
  const row = await findCall(tx, actor.workspaceId, id)
  if (!row) throw new AppError('not-found', 'There is no such call in the log.')
  return row
}

/** @throws AppError `bad-input` at `url` */
function checkAddress({ allowsPrivate }: WebhookDeps, text: string): URL {
  if (!URL.canParse(text)) throw badField('url', 'is not a web address: begin with https://')
  const url = new URL(text)
  url.hash = ''
  const allowed = allowsPrivate(url)
  if (url.protocol !== 'https:' && !allowed)
    throw badField('url', 'must begin with https://, so that nobody on the way can read it')
  try {
    checkUrl(url, allowed)
  } catch (error) {
    if (error instanceof HttpError) throw badField('url', `cannot be called: ${error.message}`)
    throw error
  }
  return url
}

async function record(tx: Tx, actor: Actor, act: string, row: WebhookRow): Promise<void> {
  // Only the host: an address may hold a token.
  const detail = { host: new URL(row.url).host, events: row.events, state: row.state }
  await recordAct(tx, actor, { act, subject: `webhook:${row.id}`, detail })
}
