import type { ClockPolicy, ReplyPolicyInput, ReplyPolicyView } from '../../../contract/clock.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { prepareClock } from './clock.ts'
import { canChangeReplyTimes, canReadReplyTimes } from './permission.ts'
import { announceRules } from './recount.ts'
import { knownSubjects, namePeople, readClockRows, takeClock, updatePolicy } from './store.ts'

export async function getPolicy(db: Db, actor: Actor): Promise<ReplyPolicyView> {
  authorize(actor, canReadReplyTimes(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const { version, policy } = await readClockRows(tx, actor.workspaceId)
    return viewPolicy(tx, actor, { version, policy })
  })
}

/**
 * Says anew what is promised to whom. Every conversation in which somebody waits gets its due time by it.
 * @throws AppError `conflict` when `version` is not the one that is kept
 */
export async function changePolicy(
  db: Db,
  actor: Actor,
  { policy, version }: ReplyPolicyInput,
): Promise<ReplyPolicyView> {
  authorize(actor, canChangeReplyTimes(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const before = await takeClock(tx, actor.workspaceId)
    if (version !== undefined && version !== before.version) throw changedMeanwhile()
    prepareClock(policy, before.calendars)
    await checkSubjects(tx, actor, policy)
    await updatePolicy(tx, actor.workspaceId, policy)
    const next = await announceRules(tx, actor.workspaceId)
    await recordAct(tx, actor, {
      act: 'reply-policy.changed',
      subject: `workspace:${actor.workspaceId}`,
      detail: { version: next, before: before.policy, after: policy },
    })
    return viewPolicy(tx, actor, { version: next, policy })
  })
}

export function changedMeanwhile(): AppError {
  return new AppError('conflict', 'Somebody changed the reply times a moment ago. Look again.')
}

async function viewPolicy(
  tx: Tx,
  actor: Actor,
  { version, policy }: { version: number; policy: ClockPolicy },
): Promise<ReplyPolicyView> {
  const ids = policy.rules.flatMap(({ when }) => when.personId ?? [])
  return { version, policy, people: await namePeople(tx, actor.workspaceId, ids) }
}

async function checkSubjects(tx: Tx, actor: Actor, { rules }: ClockPolicy): Promise<void> {
  const known = await knownSubjects(tx, actor.workspaceId, {
    channels: rules.flatMap(({ when }) => when.channelId ?? []),
    people: rules.flatMap(({ when }) => when.personId ?? []),
  })
  for (const [index, { when }] of rules.entries()) {
    if (when.channelId && !known.has(when.channelId))
      throw badField(`policy.rules.${index}.when.channelId`, 'There is no such channel.')
    if (when.personId && !known.has(when.personId))
      throw badField(`policy.rules.${index}.when.personId`, 'There is no such person.')
  }
}
