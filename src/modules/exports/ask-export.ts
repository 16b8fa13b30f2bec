import { rm, stat } from 'node:fs/promises'
import type { Export } from '../../../contract/exports.ts'
import { ExportId } from '../../../contract/ids.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { enqueue } from '../../platform/jobs.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { archiveOf, type ExportDeps } from './deps.ts'
import { canExport } from './policy.ts'
import {
  changeExport,
  type ExportRow,
  findExport,
  findUnderWay,
  insertExport,
  listExports,
} from './store.ts'
import { writeExportTask } from './tasks.ts'
import { viewExport } from './view.ts'

/** Has everything of the workspace written into an archive. One at a time: while one is made, it is the answer. */
export async function askExport(deps: ExportDeps, actor: Actor): Promise<Export> {
  authorize(actor, canExport(actor))
  const { workspaceId } = actor
  return inWorkspace(deps.database.db, workspaceId, async (tx) => {
    const underWay = await findUnderWay(tx, workspaceId)
    if (underWay) return viewExport(underWay)
    const id = newId(ExportId)
    const asked = { by: actorTag(actor), byName: actor.name, at: deps.clock() }
    const row = await insertExport(tx, { workspaceId, id }, asked)
    await enqueue(tx, writeExportTask, { workspaceId, exportId: id }, { key: `export:${id}` })
    await recordAct(tx, actor, { act: 'export.asked', subject: `export:${id}`, detail: {} })
    return viewExport(row)
  })
}

export async function readExports(deps: ExportDeps, actor: Actor): Promise<Export[]> {
  authorize(actor, canExport(actor))
  const rows = await inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
    listExports(tx, actor.workspaceId),
  )
  return rows.map(viewExport)
}

export async function readExport(deps: ExportDeps, actor: Actor, id: ExportId): Promise<Export> {
  authorize(actor, canExport(actor))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) =>
    viewExport(await need(tx, actor, id)),
  )
}

/**
 * The archive's file, for whoever may have it. Who fetched it stands in the audit log.
 * @throws conflict while it is made, not-found when it is gone
 */
export async function fetchExport(
  deps: ExportDeps,
  actor: Actor,
  id: ExportId,
): Promise<{ file: string; bytes: number }> {
  authorize(actor, canExport(actor))
  const file = archiveOf(deps, { workspaceId: actor.workspaceId, id })
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const { state } = await need(tx, actor, id)
    if (state === 'waiting' || state === 'writing')
      throw new AppError('conflict', 'This export is still being made. Try again when it is ready.')
    const found = state === 'ready' ? await stat(file).catch(() => null) : null
    if (!found)
      throw new AppError(
        'not-found',
        'The file of this export is gone: files are kept for 7 days, on the machine that made them. Make a new one.',
      )
    await recordAct(tx, actor, { act: 'export.fetched', subject: `export:${id}`, detail: {} })
    return { file, bytes: found.size }
  })
}

/** Ends an export that is being made, or removes its file. */
export async function removeExport(deps: ExportDeps, actor: Actor, id: ExportId): Promise<Export> {
  authorize(actor, canExport(actor))
  const place = { workspaceId: actor.workspaceId, id }
  const view = await inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const before = await need(tx, actor, id)
    const to = { state: 'removed', finished_at: before.finished_at ?? deps.clock() } as const
    const row = await changeExport(tx, place, {
      from: ['waiting', 'writing', 'ready', 'failed'],
      to,
    })
    if (row)
      await recordAct(tx, actor, { act: 'export.removed', subject: `export:${id}`, detail: {} })
    return viewExport(row ?? before)
  })
  await rm(archiveOf(deps, place), { force: true })
  return view
}

async function need(tx: Tx, { workspaceId }: Actor, id: ExportId): Promise<ExportRow> {
  const row = await findExport(tx, { workspaceId, id })
  if (!row) throw new AppError('not-found', 'There is no such export.')
  return row
}
