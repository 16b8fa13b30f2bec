import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { WorkspaceId } from '../../../contract/ids.ts'
import { inWorkspace } from '../../platform/db.ts'
import { isDatabaseAway } from '../../platform/db-errors.ts'
import { messageOf } from '../../platform/errors.ts'
import { defineJob, enqueue } from '../../platform/jobs.ts'
import type { Actor } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { archiveOf, type ExportDeps, folderOf, keptForMs } from './deps.ts'
import { changeExport, findExport, listExports, type Place } from './store.ts'
import { expireExportTask, writeExportTask } from './tasks.ts'
import { type Progress, type Written, writeArchive } from './write-archive.ts'

/** Milliseconds between two notes of how far it is. */
const noteEveryMs = 1000

/** Writes the archive that was asked for. A killed worker leaves a part of a file, which the next one removes. */
export const writeExport = defineJob({
  ...writeExportTask,
  async run(deps: ExportDeps, { workspaceId, exportId }) {
    const place = { workspaceId, id: exportId }
    const wanted = await inWorkspace(deps.database.db, workspaceId, (tx) =>
      changeExport(tx, place, { from: ['waiting', 'writing'], to: { state: 'writing' } }),
    )
    await clearFolder(deps, workspaceId)
    if (!wanted) return
    try {
      const written = await write(deps, place)
      await settle(deps, place, written)
    } catch (error) {
      if (isDatabaseAway(error)) throw error
      await giveUp(deps, place, error)
    }
  },
})

async function write(deps: ExportDeps, place: Place): Promise<Written> {
  const ending = new AbortController()
  let progress: Progress = { rows: 0, total: null }
  let busy = false
  const note = async () => {
    if (busy) return
    busy = true
    try {
      if (!(await noteProgress(deps, place, progress))) ending.abort()
    } catch (err) {
      deps.log.warn({ err }, 'the progress of an export could not be noted')
    } finally {
      busy = false
    }
  }
  const timer = setInterval(() => void note(), noteEveryMs)
  try {
    return await writeArchive({
      pool: deps.database.pool,
      workspaceId: place.workspaceId,
      file: archiveOf(deps, place),
      signal: ending.signal,
      onProgress(now) {
        progress = now
      },
    })
  } finally {
    clearInterval(timer)
  }
}

/** @returns false when nobody wants it any more */
async function noteProgress(deps: ExportDeps, place: Place, progress: Progress): Promise<boolean> {
  const to = { rows_done: progress.rows, rows_total: progress.total }
  return inWorkspace(deps.database.db, place.workspaceId, async (tx) => {
    return (await changeExport(tx, place, { from: ['writing'], to })) !== undefined
  })
}

async function settle(
  deps: ExportDeps,
  place: Place,
  { rows, bytes, media }: Written,
): Promise<void> {
  const { workspaceId, id } = place
  const now = deps.clock()
  const expires = new Date(now.getTime() + keptForMs)
  const kept = await inWorkspace(deps.database.db, workspaceId, async (tx) => {
    const row = await changeExport(tx, place, {
      from: ['writing'],
      to: {
        state: 'ready',
        bytes,
        rows_done: rows,
        rows_total: rows,
        finished_at: now,
        expires_at: expires,
      },
    })
    if (!row) return false
    await enqueue(tx, expireExportTask, { workspaceId, exportId: id }, { runAt: expires })
    const detail = { bytes, rows, media }
    await recordAct(tx, system(workspaceId), {
      act: 'export.made',
      subject: `export:${id}`,
      detail,
    })
    return true
  })
  if (!kept) await rm(archiveOf(deps, place), { force: true })
}

async function giveUp(deps: ExportDeps, place: Place, error: unknown): Promise<void> {
  const { workspaceId, id } = place
  deps.log.warn({ err: error, export: id }, 'an export could not be written')
  await inWorkspace(deps.database.db, workspaceId, async (tx) => {
    const to = { state: 'failed', problem: sentenceOf(error), finished_at: deps.clock() } as const
    const row = await changeExport(tx, place, { from: ['writing'], to })
    if (!row) return
    const detail = { problem: to.problem }
    await recordAct(tx, system(workspaceId), {
      act: 'export.failed',
      subject: `export:${id}`,
      detail,
    })
  })
}

/** What went wrong, for whoever asked for the export. */
export function sentenceOf(error: unknown): string {
  return (
    fileTrouble(error) ??
    `It failed unexpectedly (${messageOf(error)}). Export again; if it fails once more, ask whoever runs the machine.`
  )
}

/** What is wrong with where the file goes, in a sentence; null when it is something else. */
export function fileTrouble(error: unknown): string | null {
  switch (error instanceof Error && 'code' in error ? error.code : '') {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'The disk is full. Make room on the machine that Parley runs on, then try again.'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'The folder cannot be written to. Ask whoever runs the machine, then try again.'
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
      return 'The file cannot be written there: the folder is missing, or the name is taken.'
    default:
      return null
  }
}

/** Files of this workspace that belong to no export that is there: what a killed process left behind. */
async function clearFolder(deps: ExportDeps, workspaceId: WorkspaceId): Promise<void> {
  const rows = await inWorkspace(deps.database.db, workspaceId, (tx) =>
    listExports(tx, workspaceId),
  )
  const kept = rows.flatMap(({ id, state }) => (state === 'ready' ? [`${id}.tar.gz`] : []))
  const folder = folderOf(deps, workspaceId)
  const names = await readdir(folder).catch(() => [])
  for (const name of names) if (!kept.includes(name)) await rm(join(folder, name), { force: true })
}

/** Removes an archive whose time is over. */
export const expireExport = defineJob({
  ...expireExportTask,
  async run(deps: ExportDeps, { workspaceId, exportId }) {
    const place = { workspaceId, id: exportId }
    await inWorkspace(deps.database.db, workspaceId, async (tx) => {
      const row = await findExport(tx, place)
      if (!row?.expires_at || row.expires_at > deps.clock()) return
      await changeExport(tx, place, { from: ['ready'], to: { state: 'removed' } })
      await rm(archiveOf(deps, place), { force: true })
    })
  },
})

function system(workspaceId: WorkspaceId): Actor {
  return { kind: 'system', workspaceId, name: 'Parley' }
}
