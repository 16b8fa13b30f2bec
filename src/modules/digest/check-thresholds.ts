import type { WorkspaceId } from '../../../contract/ids.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { enqueueMail } from '../mail/index.ts'
import type { CallDeps } from './send-digests.ts'
import {
  countWaiting,
  findMember,
  findPlace,
  findSubscription,
  lockThresholds,
  noteCall,
  type ThresholdRow,
  watchedWorkspaces,
} from './store.ts'
import { writeCallMail } from './write-mail.ts'

const HOUR = 3_600_000

/** Calls whoever wants to be called, in all workspaces. */
export async function checkAllThresholds(deps: CallDeps): Promise<void> {
  for (const workspaceId of await watchedWorkspaces(deps.database.dispatch)) {
    try {
      await inWorkspace(deps.database.db, workspaceId, (tx) =>
        checkThresholds(tx, deps, workspaceId),
      )
    } catch (err) {
      deps.log.warn({ err, workspaceId }, 'thresholds could not be checked; the next round tries')
    }
  }
}

/**
 * One mail each time a threshold is passed, until it was below again. What was called for is noted in the
 * transaction that puts the mail in line, behind the row's lock: two workers or a kill make no second one.
 */
export async function checkThresholds(
  tx: Tx,
  deps: CallDeps,
  workspaceId: WorkspaceId,
): Promise<void> {
  const now = deps.clock()
  for (const threshold of await lockThresholds(tx, workspaceId)) {
    const above = await isAbove(tx, { workspaceId, threshold, now })
    if (above === (threshold.above_since !== null)) continue
    if (!above) {
      await noteCall(tx, threshold, { above_since: null })
      continue
    }
    const calls = threshold.calls + 1
    await noteCall(tx, threshold, { above_since: now, calls })
    await call(tx, deps, { workspaceId, threshold, calls })
  }
}

type Question = { workspaceId: WorkspaceId; threshold: ThresholdRow; now: Date }

async function isAbove(tx: Tx, { workspaceId, threshold, now }: Question): Promise<boolean> {
  const { kind } = threshold
  const bound = threshold.bound ?? 0
  const before = kind === 'waits' ? new Date(now.getTime() - bound * HOUR) : now
  const allowed = kind === 'late' ? bound : 0
  return (await countWaiting(tx, workspaceId, { kind, before, most: allowed + 1 })) > allowed
}

async function call(
  tx: Tx,
  deps: CallDeps,
  { workspaceId, threshold, calls }: Omit<Question, 'now'> & { calls: number },
): Promise<void> {
  const member = await findMember(tx, workspaceId, threshold.member_id)
  if (!member) return
  const place = await findPlace(tx, workspaceId)
  const chosen = await findSubscription(tx, { workspaceId, memberId: member.id })
  await enqueueMail(tx, {
    workspaceId,
    to: member.email,
    ...writeCallMail(threshold, {
      business: place.name,
      timeZone: place.time_zone,
      locale: chosen?.locale ?? place.locale,
      publicUrl: deps.publicUrl,
    }),
    key: `threshold:${threshold.id}:${calls}`,
  })
}
