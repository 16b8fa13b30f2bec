import { z } from 'zod'
import type { MoveRow } from '../../../contract/figures.ts'
import type { MoveRowsQuery } from '../../../contract/figures-query.ts'
import { DeliveryId } from '../../../contract/ids.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { type Actor, authorize } from '../access/index.ts'
import { makeCursor, parseCursor } from './cursor.ts'
import { readMoves } from './moves-store.ts'
import { choosePeriod } from './period.ts'
import { canReadFigures } from './policy.ts'
import { readSetting } from './read-figures.ts'

const Cursor = z.tuple([z.iso.datetime(), DeliveryId])

/**
 * The moves to private behind a figure, newest first.
 * @throws AppError `bad-input` for a period that cannot be, or a cursor that this list did not give
 */
export async function listMoves(
  db: Db,
  actor: Actor,
  { query, now }: { query: MoveRowsQuery; now: Date },
): Promise<{ items: MoveRow[]; next: string | null }> {
  authorize(actor, canReadFigures(actor))
  const { workspaceId } = actor
  const after = query.cursor === undefined ? null : parseCursor(query.cursor, Cursor)
  const found = await inWorkspace(db, workspaceId, async (tx) => {
    const { zone } = await readSetting(tx, workspaceId, now)
    const span = choosePeriod(query, zone, now)
    return readMoves(tx, workspaceId, { span, filter: query, after, limit: query.limit + 1 })
  })
  const items = found.slice(0, query.limit)
  const last = found.length > query.limit ? items.at(-1) : undefined
  return { items, next: last ? makeCursor([last.at, last.deliveryId]) : null }
}
