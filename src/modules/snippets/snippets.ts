import { SnippetId } from '../../../contract/ids.ts'
import {
  fixedWords,
  type Snippet,
  type SnippetChange,
  type SnippetInput,
} from '../../../contract/snippets.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import type { StartingPoint } from '../uniqueness/index.ts'
import { canChangeSnippet, canReadSnippets } from './policy.ts'
import {
  countSnippets,
  deleteSnippet,
  insertSnippet,
  lockSnippet,
  mostSnippets,
  readSnippets,
  type SnippetRow,
  updateSnippet,
} from './store.ts'

export type SnippetDeps = { db: Db; clock: Clock }

/** The snippets that the actor may begin with, by name. */
export async function listSnippets({ db }: SnippetDeps, actor: Actor): Promise<Snippet[]> {
  authorize(actor, canReadSnippets(actor))
  const rows = await inWorkspace(db, actor.workspaceId, (tx) =>
    readSnippets(tx, actor.workspaceId, memberOf(actor)),
  )
  return rows.map((row) => viewSnippet(row, actor))
}

export async function createSnippet(
  { db, clock }: SnippetDeps,
  actor: Actor,
  { name, shared, en, ro }: SnippetInput,
): Promise<Snippet> {
  const owner = shared ? null : memberOf(actor)
  if (!shared && owner === null)
    throw badField('shared', 'must be true: an API key has no snippets of its own')
  authorize(actor, canChangeSnippet(actor, owner))
  if (en === '' && ro === '') throw badField('en', 'is empty, and so is "ro": write one of them')
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    if ((await countSnippets(tx, actor.workspaceId, owner)) >= mostSnippets)
      throw new AppError(
        'refused',
        `There are ${mostSnippets} snippets already. Remove some first.`,
      )
    const row = {
      workspace_id: actor.workspaceId,
      id: newId(SnippetId),
      owner_id: owner,
      name: cleanText(name),
      text_en: cleanText(en),
      text_ro: cleanText(ro),
      changed_by: actorTag(actor),
    }
    await insertSnippet(tx, row)
    await record(tx, actor, 'snippet.created', row)
    return viewSnippet({ ...row, changed_at: clock() }, actor)
  })
}

export async function changeSnippet(
  { db, clock }: SnippetDeps,
  actor: Actor,
  id: SnippetId,
  change: SnippetChange,
): Promise<Snippet> {
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const before = await findOwn(tx, actor, id)
    const row = {
      ...before,
      name: cleanText(change.name ?? before.name),
      text_en: cleanText(change.en ?? before.text_en),
      text_ro: cleanText(change.ro ?? before.text_ro),
      changed_by: actorTag(actor),
      changed_at: clock(),
    }
    if (row.text_en === '' && row.text_ro === '')
      throw badField('en', 'is empty, and so is "ro": write one of them')
    await updateSnippet(tx, row)
    await record(tx, actor, 'snippet.changed', row)
    return viewSnippet(row, actor)
  })
}

export async function removeSnippet(
  { db }: SnippetDeps,
  actor: Actor,
  id: SnippetId,
): Promise<void> {
  await inWorkspace(db, actor.workspaceId, async (tx) => {
    const row = await findOwn(tx, actor, id)
    await deleteSnippet(tx, actor.workspaceId, id)
    await record(tx, actor, 'snippet.removed', row)
  })
}

/** What a reply of the actor may begin with and must not be. */
export async function startingPoints(tx: Tx, actor: Actor): Promise<StartingPoint[]> {
  const rows = await readSnippets(tx, actor.workspaceId, memberOf(actor))
  return rows.flatMap((row) =>
    [row.text_en, row.text_ro]
      .filter((text) => text !== '')
      .map((text) => ({
        id: row.id,
        name: row.name,
        text,
        fixed: fixedWords(text),
        changedAt: row.changed_at,
      })),
  )
}

/** Somebody else's own snippet is not there for the actor. */
async function findOwn(tx: Tx, actor: Actor, id: SnippetId): Promise<SnippetRow> {
  const row = await lockSnippet(tx, actor.workspaceId, id)
  const seen = row && (row.owner_id === null || row.owner_id === memberOf(actor))
  if (!row || !seen) throw new AppError('not-found', 'There is no such snippet.')
  authorize(actor, canChangeSnippet(actor, row.owner_id))
  return row
}

async function record(
  tx: Tx,
  actor: Actor,
  act: string,
  row: Pick<SnippetRow, 'id' | 'name' | 'owner_id'>,
): Promise<void> {
  const detail = { name: row.name, shared: row.owner_id === null }
  await recordAct(tx, actor, { act, subject: `snippet:${row.id}`, detail })
}

function memberOf(actor: Actor) {
  return actor.kind === 'member' ? actor.memberId : null
}

function viewSnippet(row: SnippetRow, actor: Actor): Snippet {
  return {
    id: SnippetId.parse(row.id),
    name: row.name,
    shared: row.owner_id === null,
    en: row.text_en,
    ro: row.text_ro,
    changedAt: row.changed_at.toISOString(),
    can: { change: canChangeSnippet(actor, row.owner_id) },
  }
}
