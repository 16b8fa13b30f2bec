import { existsSync } from 'node:fs'
import { checkSecrets } from '../modules/vault/index.ts'
import { checkBackup } from '../platform/backup-file.ts'
import { type Restored, restoreBackup } from '../platform/backup-restore.ts'
import { loadKeyring } from '../platform/crypto.ts'
import { OperatorError } from '../platform/errors.ts'
import { type Answer, CommandError, exitCodes, type Surroundings } from './command.ts'
import { type Instance, withInstance } from './open.ts'
import { verifyAll } from './verify-all.ts'

// What was waiting when the backup was made may have been sent since: a person looks before it is repeated.
const holdReplies = {
  'public.deliveries': `set state = 'unknown', lease_holder = null, lease_until = null,
    reason = jsonb_build_object('kind', 'unknown-outcome',
      'detail', 'This was waiting to be sent when the backup was made, and may have been sent since.',
      'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    where state in ('queued', 'held', 'sending')`,
}

/** Restores `file` into the empty instance and tells how it stands afterwards. */
export async function restoreInto(
  surroundings: Surroundings,
  { file, resume }: { file: string; resume: boolean },
): Promise<Answer> {
  // Before a database is started or prepared for it.
  await orRefused(() => checkBackup(file))
  return withInstance(surroundings, async (instance) => {
    const changes = resume ? {} : holdReplies
    const restored = await orRefused(() => restoreBackup({ url: instance.url, file, changes }))
    return describe(instance, restored)
  })
}

async function orRefused<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    throw new CommandError(exitCodes.refused, error.message, { cause: error })
  }
}

async function describe({ config, database }: Instance, restored: Restored): Promise<Answer> {
  const audit = (await verifyAll(database)).every((verdict) => verdict.ok)
  const keyring = existsSync(config.secretKeyFile) ? await loadKeyring(config.secretKeyFile) : null
  const secrets = await checkSecrets(database, keyring)
  const lines = [
    `Restored ${restored.rows} rows of ${restored.tables} tables, as of ${restored.madeAt}. All sign in again.`,
    audit ? 'The audit log holds.' : 'THE AUDIT LOG DOES NOT HOLD. See: parley audit verify',
  ]
  if (secrets.closed > 0)
    lines.push(
      `${secrets.closed} stored sign-ins do not open: ${keyring ? 'this is not the key file they were sealed with' : 'the key file is missing'}.`,
      `Put the right one at ${config.secretKeyFile} before you start Parley, or connect the accounts again.`,
    )
  return {
    json: { ...restored, auditOk: audit, secrets, keyFile: config.secretKeyFile },
    text: lines.join('\n'),
    exitCode: audit ? exitCodes.done : exitCodes.failed,
  }
}
