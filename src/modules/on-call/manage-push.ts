import { createHash } from 'node:crypto'
import { PushSubscriptionId } from '../../../contract/ids.ts'
import type {
  PushSettings,
  PushSubscriptionInput,
  PushSubscriptionView,
  PushTestOutcome,
} from '../../../contract/push.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Keyring } from '../../platform/crypto.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { type HttpClient, HttpError } from '../../platform/http.ts'
import { checkUrl } from '../../platform/http-guard.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { canBePushed } from './policy.ts'
import { ensurePushKey, openSender } from './push-keys.ts'
import {
  deleteSubscription,
  findSubscription,
  forgetBrowserOfCalls,
  listSubscriptions,
  noteSent,
  type SubscriptionRow,
  saveSubscription,
} from './push-store.ts'
import { sendPush } from './send-push.ts'
import { writeTestPush } from './write-call.ts'

export type PushRouteDeps = {
  db: Db
  keyring: Keyring
  http: HttpClient
  clock: Clock
  publicUrl: string
  /** Did the operator allow this private address? */
  allowsPrivate(url: URL): boolean
}

const mostBrowsers = 10

/** One's own browsers, and the key that a browser subscribes with. */
export async function getPushSettings(
  { db, keyring }: Pick<PushRouteDeps, 'db' | 'keyring'>,
  actor: Actor,
): Promise<PushSettings> {
  const memberId = memberOf(actor)
  return inWorkspace(db, actor.workspaceId, async (tx) => ({
    publicKey: await ensurePushKey(tx, keyring, actor.workspaceId),
    items: (await listSubscriptions(tx, actor.workspaceId, memberId)).map(viewSubscription),
  }))
}

/** Has a browser of one's own show calls. Telling of the same browser again changes it. */
export async function subscribePush(
  deps: PushRouteDeps,
  actor: Actor,
  { endpoint, keys, locale, name }: PushSubscriptionInput,
): Promise<PushSubscriptionView> {
  const memberId = memberOf(actor)
  const { workspaceId } = actor
  const url = checkEndpoint(deps, endpoint)
  return inWorkspace(deps.db, workspaceId, async (tx) => {
    const own = await listSubscriptions(tx, workspaceId, memberId)
    if (own.length >= mostBrowsers && !own.some((one) => one.endpoint === url.href))
      throw new AppError('refused', `You have ${mostBrowsers} browsers already. Remove one first.`)
    const row = await saveSubscription(tx, {
      workspace_id: workspaceId,
      id: newId(PushSubscriptionId),
      member_id: memberId,
      endpoint: url.href,
      ...keys,
      locale,
      name,
      created_at: deps.clock(),
    })
    await record(tx, actor, 'push.subscribed', row)
    return viewSubscription(row)
  })
}

export async function unsubscribePush(
  { db }: Pick<PushRouteDeps, 'db'>,
  actor: Actor,
  id: PushSubscriptionId,
): Promise<void> {
  const memberId = memberOf(actor)
  const place = { workspaceId: actor.workspaceId, id }
  await inWorkspace(db, actor.workspaceId, async (tx) => {
    const row = await findSubscription(tx, place)
    if (row?.member_id !== memberId) throw notFound()
    await forgetBrowserOfCalls(tx, place)
    await deleteSubscription(tx, place)
    await record(tx, actor, 'push.unsubscribed', row)
  })
}

/** Sends a message now and says how the push service answered. A browser that is gone is forgotten. */
export async function testPush(
  deps: PushRouteDeps,
  actor: Actor,
  id: PushSubscriptionId,
): Promise<PushTestOutcome> {
  const memberId = memberOf(actor)
  const { db } = deps
  const place = { workspaceId: actor.workspaceId, id }
  const row = await inWorkspace(db, actor.workspaceId, (tx) => findSubscription(tx, place))
  if (row?.member_id !== memberId) throw notFound()
  const sender = await openSender(deps, actor.workspaceId)
  if (!sender) throw notFound()
  const outcome = await sendPush(deps.http, sender, {
    subscription: row,
    message: writeTestPush(row.locale, deps.publicUrl),
    topic: 'test',
  })
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    if (outcome.kind === 'sent') {
      await noteSent(tx, place, { sent_at: deps.clock(), problem: null })
      return { outcome: 'sent', problem: null }
    }
    const { problem } = outcome
    if (outcome.kind === 'gone') await deleteSubscription(tx, place)
    else await noteSent(tx, place, { problem })
    return { outcome: outcome.kind === 'gone' ? 'gone' : 'failed', problem }
  })
}

function memberOf(actor: Actor) {
  authorize(actor, canBePushed(actor))
  if (actor.kind !== 'member') throw new AppError('forbidden', 'Only people have browsers.')
  return actor.memberId
}

/** @throws AppError `bad-input` at `endpoint` */
function checkEndpoint({ allowsPrivate }: PushRouteDeps, text: string): URL {
  if (!URL.canParse(text)) throw badField('endpoint', 'is not a web address')
  const url = new URL(text)
  const allowed = allowsPrivate(url)
  if (url.protocol !== 'https:' && !allowed) throw badField('endpoint', 'must begin with https://')
  try {
    checkUrl(url, allowed)
  } catch (error) {
    if (error instanceof HttpError) throw badField('endpoint', `cannot be called: ${error.message}`)
    throw error
  }
  return url
}

function notFound(): AppError {
  return new AppError('not-found', 'There is no such browser of yours.')
}

function viewSubscription(row: SubscriptionRow): PushSubscriptionView {
  return {
    id: PushSubscriptionId.parse(row.id),
    name: row.name,
    host: new URL(row.endpoint).host,
    endpointHash: createHash('sha256').update(row.endpoint).digest('base64url'),
    createdAt: row.created_at.toISOString(),
    sentAt: row.sent_at?.toISOString() ?? null,
    problem: row.problem,
  }
}

async function record(tx: Tx, actor: Actor, act: string, row: SubscriptionRow): Promise<void> {
  // Only the host: whoever has the whole address can write to the browser.
  const detail = { host: new URL(row.endpoint).host, name: row.name }
  await recordAct(tx, actor, { act, subject: `push:${row.id}`, detail })
}
