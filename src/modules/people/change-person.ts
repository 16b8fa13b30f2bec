import { v7 } from 'uuid'
import type { PersonId } from '../../../contract/ids.ts'
import type { ConsentInput, Person, PersonChange, WithdrawInput } from '../../../contract/people.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import type { PeopleDeps } from './deps.ts'
import { viewPerson } from './get-person.ts'
import { canNotePeople } from './policy.ts'
import { lockPerson, type PersonRow } from './store.ts'

type Ask = { id: PersonId }

/** Changes the name that the business knows them by, and the tags. */
export async function changePerson(
  deps: PeopleDeps,
  actor: Actor,
  { id, change }: Ask & { change: PersonChange },
): Promise<Person> {
  return changing(deps, actor, id, async (tx, person) => {
    const name = change.name === undefined ? person.name : cleanText(change.name)
    const tags = change.tags === undefined ? person.tags : [...new Set(change.tags.map(cleanText))]
    await tx
      .updateTable('people')
      .set({ display_name: name, tags })
      .where('workspace_id', '=', actor.workspaceId)
      .where('id', '=', person.id)
      .execute()
    // What they are called stands nowhere in the log: it is kept for ever, they may ask to be forgotten.
    return { act: 'person.changed', detail: { fields: Object.keys(change).sort() } }
  })
}

/** Adds a note on the person that only the business sees. */
export async function notePerson(
  deps: PeopleDeps,
  actor: Actor,
  { id, text }: Ask & { text: string },
): Promise<Person> {
  return changing(deps, actor, id, async (tx, person) => {
    const noteId = v7()
    await tx
      .insertInto('person_notes')
      .values({
        workspace_id: actor.workspaceId,
        id: noteId,
        person_id: person.id,
        author: actorTag(actor),
        author_name: actor.name,
        text: cleanText(text),
        created_at: deps.clock(),
      })
      .execute()
    return { act: 'person.noted', detail: { note: noteId } }
  })
}

/** Writes down what they agreed to, when and how. @throws AppError when it is still given */
export async function giveConsent(
  deps: PeopleDeps,
  actor: Actor,
  { id, consent }: Ask & { consent: ConsentInput },
): Promise<Person> {
  return changing(deps, actor, id, async (tx, person) => {
    const now = deps.clock()
    const givenAt = consent.givenAt === undefined ? now : new Date(consent.givenAt)
    if (givenAt > now) throw badField('givenAt', 'is in the future: say when it was given')
    const purpose = cleanText(consent.purpose)
    const given = await tx
      .selectFrom('person_consents')
      .select('id')
      .where('workspace_id', '=', actor.workspaceId)
      .where('person_id', '=', person.id)
      .where('purpose', '=', purpose)
      .where('withdrawn_at', 'is', null)
      .executeTakeFirst()
    if (given) throw badField('purpose', 'has their consent already; withdraw that one first')
    const consentId = v7()
    await tx
      .insertInto('person_consents')
      .values({
        workspace_id: actor.workspaceId,
        id: consentId,
        person_id: person.id,
        purpose,
        how: cleanText(consent.how),
        given_at: givenAt,
        recorded_by: actorTag(actor),
        recorded_by_name: actor.name,
      })
      .execute()
    return { act: 'person.consent-given', detail: { consent: consentId } }
  })
}

/** They take it back: the row stays as history, with when and how. */
export async function withdrawConsent(
  deps: PeopleDeps,
  actor: Actor,
  { id, withdrawn }: Ask & { withdrawn: WithdrawInput },
): Promise<Person> {
  return changing(deps, actor, id, async (tx, person) => {
    const { numUpdatedRows } = await tx
      .updateTable('person_consents')
      .set({ withdrawn_at: deps.clock(), withdrawn_how: cleanText(withdrawn.how) })
      .where('workspace_id', '=', actor.workspaceId)
      .where('person_id', '=', person.id)
      .where('id', '=', withdrawn.consentId)
      .where('withdrawn_at', 'is', null)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n)
      throw new AppError('conflict', 'That consent is not given any more. Look again.')
    return { act: 'person.consent-withdrawn', detail: { consent: withdrawn.consentId } }
  })
}

type Done = { act: string; detail: { [name: string]: string | string[] } }

async function changing(
  { database }: PeopleDeps,
  actor: Actor,
  id: PersonId,
  work: (tx: Tx, person: PersonRow) => Promise<Done>,
): Promise<Person> {
  authorize(actor, canNotePeople(actor))
  return inWorkspace(database.db, actor.workspaceId, async (tx) => {
    const person = await lockPerson(tx, actor.workspaceId, id)
    const { act, detail } = await work(tx, person)
    const view = await viewPerson(tx, actor, person.id)
    await recordAct(tx, actor, { act, subject: `person:${person.id}`, detail })
    return view
  })
}
