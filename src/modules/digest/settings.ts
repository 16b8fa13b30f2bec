import type { DigestSubscription, Threshold, ThresholdInput } from '../../../contract/digest.ts'
import { MemberId, ThresholdId } from '../../../contract/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { canReadDigest, canSetThresholds, canSubscribe } from './policy.ts'
import {
  changeSubscription,
  deleteThreshold,
  findMember,
  findPlace,
  findSubscription,
  insertThreshold,
  lockSubscription,
  type NamedThreshold,
  readThresholds,
  type Subscriber,
  saveSubscription,
} from './store.ts'

export type DigestDeps = { db: Db; clock: Clock }

const usualHour = 8
const mostThresholds = 50

/** The caller's own; off, at 8 and in the workspace's language until they choose. */
export async function getSubscription(
  { db }: DigestDeps,
  actor: Actor,
): Promise<DigestSubscription> {
  const subscriber = subscriberOf(actor)
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const row = await findSubscription(tx, subscriber)
    if (row) return { on: row.wanted_since !== null, hour: row.hour, locale: row.locale }
    const { locale } = await findPlace(tx, actor.workspaceId)
    return { on: false, hour: usualHour, locale }
  })
}

export async function changeOwnSubscription(
  { db, clock }: DigestDeps,
  actor: Actor,
  { on, hour, locale }: DigestSubscription,
): Promise<DigestSubscription> {
  const subscriber = subscriberOf(actor)
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const before = await lockSubscription(tx, subscriber)
    const now = clock()
    // A new hour is weighed at the next round; only turning it on forgets what was due before.
    const wanted_since = on ? (before?.wanted_since ?? now) : null
    await saveSubscription(tx, subscriber, { hour, locale, wanted_since, next_at: now })
    const detail = { on, hour, locale }
    const subject = `member:${subscriber.memberId}`
    await recordAct(tx, actor, { act: 'digest.changed', subject, detail })
    return { on, hour, locale }
  })
}

/** Ends somebody's digest by the link in their mail; what is off stays off. */
export async function endSubscription(
  { db }: Pick<DigestDeps, 'db'>,
  subscriber: Subscriber,
): Promise<{ locale: 'en' | 'ro' }> {
  const { workspaceId, memberId } = subscriber
  return inWorkspace(db, workspaceId, async (tx) => {
    const row = await lockSubscription(tx, subscriber)
    if (row?.wanted_since) {
      await changeSubscription(tx, subscriber, { wanted_since: null })
      const actor: Actor = { kind: 'system', workspaceId, name: 'Parley' }
      const detail = { by: 'link in the mail' }
      const subject = `member:${memberId}`
      await recordAct(tx, actor, { act: 'digest.unsubscribed', subject, detail })
    }
    return { locale: row?.locale ?? 'en' }
  })
}

export async function listThresholds({ db }: DigestDeps, actor: Actor): Promise<Threshold[]> {
  authorize(actor, canReadDigest(actor) && canSetThresholds(actor))
  const rows = await inWorkspace(db, actor.workspaceId, (tx) =>
    readThresholds(tx, actor.workspaceId),
  )
  return rows.map(viewThreshold)
}

/** @throws AppError `bad-input` when nobody of that id works here */
export async function addThreshold(
  { db, clock }: DigestDeps,
  actor: Actor,
  input: ThresholdInput,
): Promise<Threshold> {
  authorize(actor, canSetThresholds(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const member = await findMember(tx, actor.workspaceId, input.memberId)
    if (!member) throw badField('memberId', 'is nobody who works here: choose a member of the team')
    if ((await readThresholds(tx, actor.workspaceId)).length >= mostThresholds)
      throw new AppError('refused', `There are ${mostThresholds} already. Remove some first.`)
    const row = {
      workspace_id: actor.workspaceId,
      id: newId(ThresholdId),
      kind: input.kind,
      bound: input.kind === 'urgent' ? null : input.bound,
      member_id: member.id,
      created_at: clock(),
    }
    await insertThreshold(tx, row)
    const detail = { kind: row.kind, bound: row.bound, member: member.id }
    await recordAct(tx, actor, { act: 'threshold.added', subject: `threshold:${row.id}`, detail })
    return viewThreshold({ ...row, member_name: member.name, above_since: null, calls: 0 })
  })
}

export async function removeThreshold(
  { db }: DigestDeps,
  actor: Actor,
  id: ThresholdId,
): Promise<void> {
  authorize(actor, canSetThresholds(actor))
  await inWorkspace(db, actor.workspaceId, async (tx) => {
    const row = await deleteThreshold(tx, actor.workspaceId, id)
    if (!row) throw new AppError('not-found', 'There is no such threshold.')
    const detail = { kind: row.kind, bound: row.bound, member: row.member_id }
    await recordAct(tx, actor, { act: 'threshold.removed', subject: `threshold:${id}`, detail })
  })
}

function subscriberOf(actor: Actor): Subscriber {
  authorize(actor, canSubscribe(actor))
  if (actor.kind !== 'member') throw new AppError('forbidden', 'Only people have a digest.')
  return { workspaceId: actor.workspaceId, memberId: actor.memberId }
}

function viewThreshold(row: NamedThreshold): Threshold {
  return {
    id: ThresholdId.parse(row.id),
    kind: row.kind,
    bound: row.bound,
    member: { id: MemberId.parse(row.member_id), name: row.member_name },
    aboveSince: row.above_since?.toISOString() ?? null,
  }
}
