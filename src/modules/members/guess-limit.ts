import { sql } from 'kysely'
import type { Clock } from '../../platform/clock.ts'
import { hashToken } from '../../platform/crypto.ts'
import type { Db } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { withAuth } from './auth-tables.ts'

const freeTries = 5
const longestWaitSeconds = 900
const forgottenAfterMs = 24 * 3_600_000

/** Seconds to wait after so many wrong passwords in a row: none for 5, then 2, 4, 8 … up to 15 minutes. Pure. */
export function waitAfter(failures: number): number {
  return failures < freeTries ? 0 : Math.min(longestWaitSeconds, 2 ** (failures - freeTries + 1))
}

/**
 * Counts one try for this account before the password is looked at, so that tries at the same moment
 * count too. It slows down, it never locks for good: an attacker must not be able to shut people out.
 * @throws too-many while the account has to wait
 */
export async function countTry(db: Db, email: string, clock: Clock): Promise<void> {
  const now = clock()
  const subject = subjectOf(email)
  await db.transaction().execute(async (tx) => {
    const auth = withAuth(tx)
    await auth
      .insertInto('auth.guesses')
      .values({ subject, failures: 0, last_at: now, wait_until: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const row = await auth
      .selectFrom('auth.guesses')
      .select(['failures', 'last_at', 'wait_until'])
      .where('subject', '=', subject)
      .forUpdate()
      .executeTakeFirstOrThrow()
    const waitMs = row.wait_until.getTime() - now.getTime()
    if (waitMs > 0) throw new AppError('too-many', tooMany(Math.ceil(waitMs / 1000)))
    const stale = now.getTime() - row.last_at.getTime() > forgottenAfterMs
    const failures = stale ? 1 : row.failures + 1
    await auth
      .updateTable('auth.guesses')
      .set({
        failures,
        last_at: now,
        wait_until: new Date(now.getTime() + waitAfter(failures) * 1000),
      })
      .where('subject', '=', subject)
      .execute()
  })
}

/** Forgets the tries of an account: its password was right. Old rows of others go with it. */
export async function forgetTries(db: Db, email: string): Promise<void> {
  const auth = withAuth(db)
  await auth.deleteFrom('auth.guesses').where('subject', '=', subjectOf(email)).execute()
  await auth
    .deleteFrom('auth.guesses')
    .where('last_at', '<', sql<Date>`now() - interval '2 days'`)
    .execute()
}

function subjectOf(email: string): string {
  return hashToken(`password:${email.trim().toLowerCase()}`)
}

function tooMany(seconds: number): string {
  const wait = seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} seconds`
  return `Too many wrong passwords for this account. Wait ${wait}, or sign in with a passkey.`
}
