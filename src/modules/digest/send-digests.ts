import type { Clock } from '../../platform/clock.ts'
import type { Keyring } from '../../platform/crypto.ts'
import { type Database, inWorkspace, type Tx } from '../../platform/db.ts'
import type { Log } from '../../platform/log.ts'
import type { Actor } from '../access/index.ts'
import { enqueueMail } from '../mail/index.ts'
import { readDigest } from './read-digest.ts'
import { digestStep } from './schedule.ts'
import {
  changeSubscription,
  dueSubscribers,
  findMember,
  findPlace,
  lockSubscription,
  type Subscriber,
} from './store.ts'
import { unsubscribeToken } from './unsubscribe-token.ts'
import { writeDigestMail } from './write-mail.ts'

export type CallDeps = {
  database: Pick<Database, 'db' | 'dispatch'>
  clock: Clock
  keyring: Keyring
  publicUrl: string
  log: Log
}

const AT_ONCE = 200
/** The zone may be changed meanwhile: nothing is planned further ahead. */
const LOOK_AGAIN_MS = 3_600_000

/**
 * Sends the digests that are due, in all workspaces. Killed at any line, or run by two workers at once, a
 * day's digest is one mail: the day is settled in the transaction that puts the mail in line.
 */
export async function sendDigests(deps: CallDeps): Promise<void> {
  for (let found = AT_ONCE; found === AT_ONCE; ) {
    const due = await dueSubscribers(deps.database.dispatch, { now: deps.clock(), limit: AT_ONCE })
    found = due.length
    let settled = 0
    for (const subscriber of due) if (await settleSafely(deps, subscriber)) settled++
    // What failed is still due: it waits for the next round instead of holding up this one for ever.
    if (settled === 0) return
  }
}

/** One workspace's trouble must not keep the others from their digests. */
async function settleSafely(deps: CallDeps, subscriber: Subscriber): Promise<boolean> {
  try {
    await inWorkspace(deps.database.db, subscriber.workspaceId, (tx) =>
      settleDigest(tx, deps, subscriber),
    )
    return true
  } catch (err) {
    deps.log.warn({ err, ...subscriber }, 'a digest could not be made; the next round tries again')
    return false
  }
}

/** Sends or passes over what is due for one member; nothing when another worker has just done so. */
export async function settleDigest(tx: Tx, deps: CallDeps, subscriber: Subscriber): Promise<void> {
  const row = await lockSubscription(tx, subscriber)
  const now = deps.clock()
  if (!row || row.wanted_since === null || row.next_at > now) return
  const { workspaceId, memberId } = subscriber
  const member = await findMember(tx, workspaceId, memberId)
  // Who has left gets nothing more, nor all at once on coming back.
  if (!member) return changeSubscription(tx, subscriber, { wanted_since: null })
  const place = await findPlace(tx, workspaceId)
  const step = digestStep({
    now,
    timeZone: place.time_zone,
    hour: row.hour,
    wantedSince: row.wanted_since,
    settled: row.settled_day,
  })
  const next_at = new Date(Math.min(step.next.getTime(), now.getTime() + LOOK_AGAIN_MS))
  await changeSubscription(tx, subscriber, {
    next_at,
    ...(step.do !== 'wait' && { settled_day: step.day }),
  })
  if (step.do !== 'send') return
  const actor: Actor = { kind: 'system', workspaceId, name: 'Parley' }
  const stopUrl = `${deps.publicUrl}/unsubscribe/${unsubscribeToken(deps.keyring, subscriber)}`
  const mail = writeDigestMail(
    await readDigest(tx, actor, now),
    {
      business: place.name,
      timeZone: place.time_zone,
      locale: row.locale,
      publicUrl: deps.publicUrl,
    },
    { day: step.day, stopUrl },
  )
  await enqueueMail(tx, {
    workspaceId,
    to: member.email,
    ...mail,
    key: `digest:${memberId}:${step.day}`,
    unsubscribe: stopUrl,
  })
}
