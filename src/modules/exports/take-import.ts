import { randomBytes } from 'node:crypto'
import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImportState } from '../../../contract/exports.ts'
import { isDatabaseAway } from '../../platform/db-errors.ts'
import { AppError } from '../../platform/errors.ts'
import { makeFolder } from '../../platform/make-folder.ts'
import { anyWorkspace } from '../members/index.ts'
import { BadArchive } from './bad-archive.ts'
import { importFolder } from './clear-imports.ts'
import type { ExportDeps } from './deps.ts'
import { importWorkspace } from './import-workspace.ts'
import { fileTrouble } from './jobs.ts'

export type ImportDeps = ExportDeps & { publicUrl: string }

/** How long the answer of an import waits for whoever brought it in, in milliseconds. */
const rememberedForMs = 3_600_000

type Taken = { state: ImportState; file: string; startedAt: Date }

/**
 * Imports into a fresh instance from the set-up page: the archive comes in pieces, so that a line that breaks
 * costs one piece. What is known of it lies in this process: when that ends, the instance is empty as before.
 */
export type Imports = ReturnType<typeof createImports>

export function createImports(deps: ImportDeps) {
  const folder = importFolder(deps)
  let taken: Taken | null = null

  async function begin({ bytes }: { bytes: number }): Promise<ImportState> {
    await refuseUnlessEmpty(deps)
    if (taken?.state.stage === 'importing')
      throw new AppError('conflict', 'An import is under way. Wait until it is done.')
    makeFolder(folder)
    for (const name of await readdir(folder)) await rm(join(folder, name), { force: true })
    const id = randomBytes(24).toString('base64url')
    const counts = { received: 0, bytes, rowsDone: 0, rowsTotal: null }
    taken = {
      state: { id, stage: 'sending', ...counts, problem: null, result: null },
      file: join(folder, `${id}.tar.gz`),
      startedAt: deps.clock(),
    }
    return taken.state
  }

  /** Adds a piece at `at`; one that is there already changes nothing. */
  async function receive(id: string, at: number, piece: Buffer): Promise<ImportState> {
    const { state, file } = need(id)
    if (state.stage !== 'sending' || at !== state.received) return state
    if (at + piece.length > state.bytes)
      throw new AppError('bad-input', 'This is more than was announced. Begin again.')
    try {
      const handle = await open(file, at === 0 ? 'w' : 'r+', 0o600)
      try {
        for (let done = 0; done < piece.length; )
          done += (await handle.write(piece, done, piece.length - done, at + done)).bytesWritten
      } finally {
        await handle.close()
      }
    } catch (error) {
      deps.log.warn({ err: error }, 'an archive could not be taken in')
      await rm(file, { force: true })
      throw new AppError(
        'unavailable',
        fileTrouble(error) ?? 'The archive could not be kept. Try again.',
        {
          cause: error,
        },
      )
    }
    state.received = at + piece.length
    return state
  }

  async function start(id: string): Promise<ImportState> {
    const current = need(id)
    const { state } = current
    if (state.stage !== 'sending') return state
    if (state.received < state.bytes)
      throw new AppError('conflict', 'The archive has not arrived whole yet. Send the rest first.')
    await refuseUnlessEmpty(deps)
    state.stage = 'importing'
    void run(current)
    return state
  }

  async function run({ state, file }: Taken): Promise<void> {
    let stage: ImportState['stage'] = 'done'
    try {
      state.result = await importWorkspace({
        ...deps,
        file,
        by: 'Set-up',
        onProgress({ rows, total }) {
          state.rowsDone = rows
          state.rowsTotal = total
        },
      })
    } catch (error) {
      deps.log.warn({ err: error }, 'an import failed')
      state.problem = problemOf(error)
      stage = 'failed'
    }
    // The file goes first: whoever reads that it is over finds nothing left.
    await rm(file, { force: true }).catch((err: unknown) =>
      deps.log.warn({ err }, 'an archive that was imported could not be removed'),
    )
    state.stage = stage
  }

  function need(id: string): Taken {
    const forgotten = !taken || deps.clock().getTime() - taken.startedAt.getTime() > rememberedForMs
    if (!taken || taken.state.id !== id || (forgotten && taken.state.stage !== 'importing'))
      throw new AppError(
        'not-found',
        'This import is not known here: Parley may have been started again. If nobody is set up yet, begin again; nothing was changed.',
      )
    return taken
  }

  return { begin, receive, start, read: (id: string) => need(id).state }
}

async function refuseUnlessEmpty({ database }: ImportDeps): Promise<void> {
  if (await anyWorkspace(database.db))
    throw new AppError(
      'conflict',
      'Parley is set up already. An import goes into an empty one: sign in, or start a new Parley for it.',
    )
}

/** Why an import failed, in a sentence. */
export function problemOf(error: unknown): string {
  if (error instanceof BadArchive || error instanceof AppError) return error.message
  if (isDatabaseAway(error))
    return 'The database stopped in the middle: it was started again, or its disk is full. Nothing was changed; try again.'
  return 'It failed unexpectedly, and nothing was changed. Ask whoever runs the machine to look into the log.'
}
