import { sql } from 'kysely'
import { v7 } from 'uuid'
import type { ConversationId, PersonId, WorkspaceId } from '../../../contract/ids.ts'
import type { Person, WinBackInput, WinBackMonth } from '../../../contract/people.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { badField } from '../../platform/errors.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import type { PeopleDeps } from './deps.ts'
import { viewPerson } from './get-person.ts'
import { canNotePeople, canReadPeople } from './policy.ts'
import { readCases } from './read-cases.ts'
import { lockPerson } from './store.ts'

/**
 * Says how it stands with somebody who was unhappy. Unhappy again after they came back (or after a
 * mistake) is a new case; everything else is the next step of the case under way.
 */
export async function setWinBack(
  deps: PeopleDeps,
  actor: Actor,
  { id, input }: { id: PersonId; input: WinBackInput },
): Promise<Person> {
  authorize(actor, canNotePeople(actor))
  const { workspaceId } = actor
  return inWorkspace(deps.database.db, workspaceId, async (tx) => {
    const person = await lockPerson(tx, workspaceId, id)
    if (input.conversationId)
      await checkConversation(tx, workspaceId, person.id, input.conversationId)
    const [current] = await readCases(tx, workspaceId, person.id)
    const open = current && current.state !== 'came-back' && current.state !== 'mistaken'
    const now = deps.clock()
    let caseId = current?.id
    if (input.state === 'unhappy' && !open)
      caseId = await openCase(tx, workspaceId, person.id, { input, now })
    else if (caseId === undefined)
      throw badField('state', 'must be "unhappy" first: nothing went wrong with this person yet')
    else if (current?.state !== input.state) await moveCase(tx, workspaceId, caseId, { input, now })
    if (current?.state !== input.state || current.id !== caseId) {
      await tx
        .insertInto('win_back_steps')
        .values({
          workspace_id: workspaceId,
          id: v7(),
          case_id: caseId,
          state: input.state,
          at: now,
          by: actorTag(actor),
          by_name: actor.name,
        })
        .execute()
      await recordAct(tx, actor, {
        act: 'person.win-back',
        subject: `person:${person.id}`,
        detail: { case: caseId, state: input.state },
      })
    }
    return viewPerson(tx, actor, person.id)
  })
}

type Step = { input: WinBackInput; now: Date }

async function openCase(
  tx: Tx,
  workspaceId: WorkspaceId,
  personId: PersonId,
  { input, now }: Step,
): Promise<string> {
  const id = v7()
  await tx
    .insertInto('win_back_cases')
    .values({
      workspace_id: workspaceId,
      id,
      person_id: personId,
      conversation_id: input.conversationId ?? null,
      began_at: now,
      state: input.state,
      state_at: now,
    })
    .execute()
  return id
}

async function moveCase(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: string,
  { input, now }: Step,
): Promise<void> {
  await tx
    .updateTable('win_back_cases')
    .set({ state: input.state, state_at: now })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}

async function checkConversation(
  tx: Tx,
  workspaceId: WorkspaceId,
  personId: PersonId,
  id: ConversationId,
): Promise<void> {
  const found = await tx
    .selectFrom('conversations')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .where('person_id', '=', personId)
    .executeTakeFirst()
  if (!found) throw badField('conversationId', 'is no conversation with this person')
}

/** How many complaints stand where, by the month they came in (the business's time zone), newest first. */
export async function countWinBacks(db: Db, actor: Actor): Promise<WinBackMonth[]> {
  authorize(actor, canReadPeople(actor))
  type Row = Omit<WinBackMonth, 'cameBack' | 'shareCameBack'> & { came_back: number }
  const rows = await inWorkspace(db, actor.workspaceId, async (tx) => {
    const { rows } = await sql<Row>`
      select to_char(v.began_at at time zone w.time_zone, 'YYYY-MM') as month,
        count(*) filter (where v.state = 'unhappy') as unhappy,
        count(*) filter (where v.state = 'answered') as answered,
        count(*) filter (where v.state = 'mended') as mended,
        count(*) filter (where v.state = 'came-back') as came_back,
        count(*) as total
      from win_back_cases v join workspaces w on w.id = v.workspace_id
      where v.workspace_id = ${actor.workspaceId} and v.state <> 'mistaken'
      group by 1 order by 1 desc limit 36`.execute(tx)
    return rows
  })
  return rows.map(({ came_back, ...row }) => ({
    ...row,
    cameBack: came_back,
    shareCameBack: came_back / row.total,
  }))
}
