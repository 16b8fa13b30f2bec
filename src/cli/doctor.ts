import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { CommandError, defineCommand, exitCodes, type Surroundings } from './command.ts'
import type { Check } from './doctor-check.ts'

export const doctor = defineCommand({
  words: ['doctor'],
  summary: 'Look for what is wrong with this Parley and say how to mend it',
  details: 'Changes nothing. Exit status 1 when something is wrong.',
  input: z.object({}),
  async run(_input, surroundings) {
    const config = surroundings.config()
    const { checkHost } = await import('./doctor-host.ts')
    const host = await checkHost(config)
    const checks = [...host, ...(await databaseChecks(surroundings))]
    const ok = checks.every((check) => check.ok)
    return {
      json: { ok, checks },
      text: [...checks.map(describe), '', ok ? 'All is well.' : 'Something is wrong.'].join('\n'),
      exitCode: ok ? exitCodes.done : exitCodes.failed,
    }
  },
})

async function databaseChecks(surroundings: Surroundings): Promise<Check[]> {
  const { databaseUrl, home } = surroundings.config()
  // Looking must not make a database.
  if (databaseUrl === null && !existsSync(join(home, 'postgres')))
    return [{ name: 'database', ok: true, says: 'will be made at the first start' }]
  const { withInstance } = await import('./open.ts')
  const { checkDatabase } = await import('./doctor-database.ts')
  try {
    return await withInstance(surroundings, checkDatabase, { migrate: false })
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    const remedy = 'Start it, or correct DATABASE_URL, and run this again.'
    return [{ name: 'database', ok: false, says: error.message, remedy }]
  }
}

function describe({ name, ok, says, remedy }: Check): string {
  return `${ok ? 'ok   ' : 'WRONG'}  ${name}: ${says}${ok || !remedy ? '' : `\n       ${remedy}`}`
}
