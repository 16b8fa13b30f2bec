import type {
  Goodwill,
  GoodwillChange,
  GoodwillInput,
  GoodwillMonth,
  GoodwillSettings,
} from '../../../contract/goodwill.ts'
import { ConversationId, GoodwillId } from '../../../contract/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import { announce, type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { findStanding, holdStanding } from '../conversations/index.ts'
import { canChangeCurrency, canReadGoodwill, canRecordGoodwill } from './policy.ts'
import {
  insertAct,
  lockAct,
  type NamedRow,
  personOf,
  readActs,
  readCurrency,
  sumMonths,
  updateAct,
  writeCurrency,
} from './store.ts'

export type GoodwillDeps = { db: Db; clock: Clock }

const mostOfOne = 100
const mostMonths = 48
const noConversation = () => new AppError('not-found', 'There is no such conversation.')

/** A page of the workspace's acts, newest first. */
export async function listGoodwill(
  { db }: GoodwillDeps,
  actor: Actor,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<{ items: Goodwill[]; next: string | null }> {
  authorize(actor, canReadGoodwill(actor))
  const before = cursor === undefined ? null : readCursor(cursor)
  const rows = await inWorkspace(db, actor.workspaceId, (tx) =>
    readActs(tx, actor.workspaceId, { before, limit: limit + 1 }),
  )
  const items = rows.slice(0, limit).map((row) => viewGoodwill(row, actor))
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

/** What was done for the customer of one conversation, newest first. @throws AppError `not-found` */
export async function goodwillOf(
  { db }: GoodwillDeps,
  actor: Actor,
  asked: ConversationId,
): Promise<Goodwill[]> {
  authorize(actor, canReadGoodwill(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const conversationId = await findStanding(tx, actor.workspaceId, asked)
    if (!(await personOf(tx, actor.workspaceId, conversationId))) throw noConversation()
    const rows = await readActs(tx, actor.workspaceId, { conversationId, limit: mostOfOne })
    return rows.map((row) => viewGoodwill(row, actor))
  })
}

/** What was done since an instant, newest first, for the digest. */
export async function goodwillSince(
  tx: Tx,
  actor: Actor,
  { since, limit }: { since: Date; limit: number },
): Promise<Goodwill[]> {
  const rows = await readActs(tx, actor.workspaceId, { since, limit })
  return rows.map((row) => viewGoodwill(row, actor))
}

export async function sumGoodwill({ db }: GoodwillDeps, actor: Actor): Promise<GoodwillMonth[]> {
  authorize(actor, canReadGoodwill(actor))
  return inWorkspace(db, actor.workspaceId, (tx) => sumMonths(tx, actor.workspaceId, mostMonths))
}

/** Records what was done, at the workspace's currency of now. @throws AppError `not-found` */
export async function recordGoodwill(
  { db, clock }: GoodwillDeps,
  actor: Actor,
  { conversationId: asked, input }: { conversationId: ConversationId; input: GoodwillInput },
): Promise<Goodwill> {
  authorize(actor, canRecordGoodwill(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const conversationId = await holdStanding(tx, actor.workspaceId, asked)
    const person = await personOf(tx, actor.workspaceId, conversationId)
    if (person === undefined) throw noConversation()
    const row = {
      workspace_id: actor.workspaceId,
      id: newId(GoodwillId),
      conversation_id: conversationId,
      kind: input.kind,
      cost: input.cost,
      currency: await readCurrency(tx, actor.workspaceId),
      note: cleanText(input.note),
      by_actor: actorTag(actor),
      by_name: cleanText(actor.name),
      at: clock(),
    }
    await insertAct(tx, row)
    await tell(tx, actor, 'goodwill.recorded', row)
    return viewGoodwill({ ...row, removed_at: null, person }, actor)
  })
}

export async function changeGoodwill(
  { db }: GoodwillDeps,
  actor: Actor,
  { id, change }: { id: GoodwillId; change: GoodwillChange },
): Promise<Goodwill> {
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const before = await find(tx, actor, id)
    if (before.removed_at !== null)
      throw new AppError('refused', 'It was removed. Put it back first.')
    const row = {
      ...before,
      kind: change.kind ?? before.kind,
      cost: change.cost ?? before.cost,
      note: cleanText(change.note ?? before.note),
    }
    await updateAct(tx, row, { kind: row.kind, cost: row.cost, note: row.note })
    await tell(tx, actor, 'goodwill.changed', row, { kind: before.kind, cost: before.cost })
    return viewGoodwill(row, actor)
  })
}

/** Removes an act or puts it back; what is so already stays. */
export async function removeGoodwill(
  { db, clock }: GoodwillDeps,
  actor: Actor,
  { id, removed }: { id: GoodwillId; removed: boolean },
): Promise<Goodwill> {
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const row = await find(tx, actor, id)
    if ((row.removed_at !== null) !== removed) {
      await updateAct(tx, row, { removed_at: removed ? clock() : null })
      await tell(tx, actor, removed ? 'goodwill.removed' : 'goodwill.restored', row)
    }
    return viewGoodwill(row, actor)
  })
}

export async function getGoodwillSettings(
  { db }: GoodwillDeps,
  actor: Actor,
): Promise<GoodwillSettings> {
  authorize(actor, canReadGoodwill(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => ({
    currency: await readCurrency(tx, actor.workspaceId),
  }))
}

/** @throws AppError `bad-input` when no such currency is in use */
export async function changeGoodwillSettings(
  { db }: GoodwillDeps,
  actor: Actor,
  { currency }: GoodwillSettings,
): Promise<GoodwillSettings> {
  authorize(actor, canChangeCurrency(actor))
  if (!Intl.supportedValuesOf('currency').includes(currency))
    throw badField(
      'currency',
      'is no currency that is in use. Write its three letters, such as EUR.',
    )
  await inWorkspace(db, actor.workspaceId, async (tx) => {
    const before = await readCurrency(tx, actor.workspaceId)
    await writeCurrency(tx, actor.workspaceId, currency)
    const subject = `workspace:${actor.workspaceId}`
    await recordAct(tx, actor, { act: 'goodwill.currency', subject, detail: { before, currency } })
  })
  return { currency }
}

async function find(tx: Tx, actor: Actor, id: GoodwillId): Promise<NamedRow> {
  authorize(actor, canRecordGoodwill(actor))
  const row = await lockAct(tx, actor.workspaceId, id)
  if (!row) throw new AppError('not-found', 'There is no such act of goodwill.')
  return row
}

type Told = Pick<NamedRow, 'id' | 'conversation_id' | 'kind' | 'cost' | 'currency'>

async function tell(
  tx: Tx,
  actor: Actor,
  act: string,
  { id, conversation_id, kind, cost, currency }: Told,
  before?: { kind: string; cost: number },
): Promise<void> {
  await announce(tx, { workspace: actor.workspaceId, kind: 'conversation', id: conversation_id })
  const detail = { conversation: conversation_id, kind, cost, currency, before }
  await recordAct(tx, actor, { act, subject: `goodwill:${id}`, detail })
}

function readCursor(cursor: string): GoodwillId {
  const id = GoodwillId.safeParse(cursor)
  if (!id.success) throw badField('cursor', 'is not one of ours: use `next` of the page before')
  return id.data
}

function viewGoodwill(row: NamedRow, actor: Actor): Goodwill {
  return {
    id: GoodwillId.parse(row.id),
    conversationId: ConversationId.parse(row.conversation_id),
    person: row.person,
    kind: row.kind,
    cost: row.cost,
    currency: row.currency,
    note: row.note,
    byName: row.by_name,
    at: row.at.toISOString(),
    can: { change: canRecordGoodwill(actor) },
  }
}
