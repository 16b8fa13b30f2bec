import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Loop, startLoop } from '../../platform/loop.ts'
import type { ExportDeps } from './deps.ts'

/** How long an archive that was sent and not imported may lie, in milliseconds: it is a whole business. */
const keptForMs = 86_400_000
const everyHour = 3_600_000

type Deps = Pick<ExportDeps, 'clock' | 'log' | 'home'>

/** Where archives for the first run are taken in. */
export function importFolder({ home }: Pick<Deps, 'home'>): string {
  return join(home, 'imports')
}

/** Removes what was sent to the set-up page and left lying: when the program starts, and hourly from then on. */
export function startImportCare(deps: Deps, { everyMs = everyHour } = {}): Loop {
  return startLoop({
    name: 'import-care',
    everyMs,
    log: deps.log,
    work: () => clearImports(deps),
  })
}

/** Removes archives into which nothing was written for a day. One that is being imported stays open to its reader. */
export async function clearImports(deps: Deps): Promise<void> {
  const folder = importFolder(deps)
  for (const name of await namesIn(folder)) {
    const file = join(folder, name)
    const { mtimeMs } = await stat(file)
    if (deps.clock().getTime() - mtimeMs < keptForMs) continue
    await rm(file, { force: true })
    deps.log.info({ file }, 'an archive that was sent and never imported was removed')
  }
}

/** No folder: nothing was ever sent. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
