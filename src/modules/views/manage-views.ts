import { type Selectable, sql } from 'kysely'
import { ViewId } from '../../../contract/ids.ts'
import {
  type SavedView,
  type ViewChange,
  ViewFilter,
  type ViewInput,
  viewQuery,
} from '../../../contract/views.ts'
import type { Clock } from '../../platform/clock.ts'
import { announce, type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { countMatching } from '../conversations/index.ts'
import { canChangeView, canMakeView, canSeeView } from './policy.ts'

export type ViewContext = { db: Db; clock: Clock }
type Row = Selectable<Tables['saved_views']>

const mostCounted = 1000
const mostViews = 50

/** The saved views that the actor sees, with how many conversations each holds. */
export async function listViews({ db, clock }: ViewContext, actor: Actor): Promise<SavedView[]> {
  authorize(actor, canMakeView(actor, false))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const rows = await visibleRows(tx, actor)
    const views: SavedView[] = []
    for (const row of rows) views.push(await viewOf(tx, actor, row, clock()))
    return views
  })
}

/** Keeps a list under a name. A shared one has no "mine" of its own: it is everybody's own. */
export async function createView(
  { db, clock }: ViewContext,
  actor: Actor,
  { name, filter, shared }: ViewInput,
): Promise<SavedView> {
  authorize(actor, canMakeView(actor, shared))
  const owner = ownerOf(actor, shared)
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const known = await visibleRows(tx, actor)
    if (known.length >= mostViews)
      throw new AppError('refused', `There are ${mostViews} views already. Remove one first.`)
    const id = newId(ViewId)
    const kept = { name: cleanText(name), filter: keep(filter), member_id: owner }
    await tx
      .insertInto('saved_views')
      .values({ workspace_id: actor.workspaceId, id, ...kept, created_by: actorTag(actor) })
      .execute()
    await told(tx, actor, { act: 'created', id, name })
    return viewOf(tx, actor, await findRow(tx, actor, id), clock())
  })
}

/** Renames a view, gives it another list, or makes it everybody's or one's own. */
export async function changeView(
  { db, clock }: ViewContext,
  actor: Actor,
  id: ViewId,
  { name, filter, shared }: ViewChange,
): Promise<SavedView> {
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const row = await findRow(tx, actor, id)
    if (row.removed_at) throw gone()
    authorize(actor, canChangeView(actor, keptOf(row)))
    if (shared !== undefined) authorize(actor, canMakeView(actor, shared))
    const next = {
      name: name === undefined ? row.name : cleanText(name),
      filter: filter === undefined ? JSON.stringify(row.filter) : keep(filter),
      member_id: shared === undefined ? row.member_id : ownerOf(actor, shared),
    }
    await ofView(tx.updateTable('saved_views').set(next), actor, id).execute()
    await told(tx, actor, { act: 'changed', id, name: next.name })
    return viewOf(tx, actor, await findRow(tx, actor, id), clock())
  })
}

/** Removes a view; `restoreView` brings it back. */
export async function removeView({ db }: ViewContext, actor: Actor, id: ViewId): Promise<void> {
  await inWorkspace(db, actor.workspaceId, async (tx) => {
    const row = await findRow(tx, actor, id)
    authorize(actor, canChangeView(actor, keptOf(row)))
    if (row.removed_at) return
    const removed = { removed_at: sql<Date>`now()` }
    await ofView(tx.updateTable('saved_views').set(removed), actor, id).execute()
    await told(tx, actor, { act: 'removed', id, name: row.name })
  })
}

/** Brings a removed view back as it was. */
export async function restoreView(
  { db, clock }: ViewContext,
  actor: Actor,
  id: ViewId,
): Promise<SavedView> {
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const row = await findRow(tx, actor, id)
    authorize(actor, canChangeView(actor, keptOf(row)))
    if (row.removed_at) {
      await ofView(tx.updateTable('saved_views').set({ removed_at: null }), actor, id).execute()
      await told(tx, actor, { act: 'restored', id, name: row.name })
    }
    return viewOf(tx, actor, await findRow(tx, actor, id), clock())
  })
}

/** A key has nobody whose own a view could be. */
function ownerOf(actor: Actor, shared: boolean): string | null {
  if (shared) return null
  if (actor.kind !== 'member')
    throw badField('shared', 'Only a person has views of their own; say true.')
  return actor.memberId
}

function keep(filter: ViewFilter): string {
  const { text, ...rest } = filter
  return JSON.stringify({ ...rest, ...(text !== undefined && { text: cleanText(text) }) })
}

function keptOf(row: Row) {
  return { memberId: row.member_id, createdBy: row.created_by }
}

async function visibleRows(tx: Tx, actor: Actor): Promise<Row[]> {
  const rows = await tx
    .selectFrom('saved_views')
    .selectAll()
    .where('workspace_id', '=', actor.workspaceId)
    .where('removed_at', 'is', null)
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .execute()
  return rows.filter((row) => canSeeView(actor, keptOf(row)))
}

/** @throws AppError `not-found`, also for somebody else's own */
async function findRow(tx: Tx, actor: Actor, id: ViewId): Promise<Row> {
  const row = await tx
    .selectFrom('saved_views')
    .selectAll()
    .where('workspace_id', '=', actor.workspaceId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row || !canSeeView(actor, keptOf(row))) throw gone()
  return row
}

function gone(): AppError {
  return new AppError('not-found', 'There is no such view.')
}

function ofView<Query extends { where(column: string, op: '=', value: string): Query }>(
  query: Query,
  actor: Actor,
  id: ViewId,
): Query {
  return query.where('workspace_id', '=', actor.workspaceId).where('id', '=', id)
}

async function told(
  tx: Tx,
  actor: Actor,
  { act, id, name }: { act: string; id: ViewId; name: string },
): Promise<void> {
  await announce(tx, { workspace: actor.workspaceId, kind: 'view', id })
  await recordAct(tx, actor, { act: `view.${act}`, subject: `view:${id}`, detail: { name } })
}

async function viewOf(tx: Tx, actor: Actor, row: Row, now: Date): Promise<SavedView> {
  const filter = ViewFilter.parse(row.filter)
  const { sort: _sort, ...query } = viewQuery(filter)
  const nobody = query.assignee === 'me' && actor.kind !== 'member'
  return {
    id: ViewId.parse(row.id),
    name: row.name,
    filter,
    shared: row.member_id === null,
    count: nobody ? 0 : await countMatching(tx, actor, query, { now, most: mostCounted }),
    can: { change: canChangeView(actor, keptOf(row)) },
  }
}
