import { sql } from 'kysely'
import { v7 } from 'uuid'
import { z } from 'zod'
import { PersonId, type WorkspaceId } from '../../../contract/ids.ts'
import type { ImportMapping, ImportReport } from '../../../contract/people.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { badField } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import type { PeopleDeps } from './deps.ts'
import { type NewPerson, readRows } from './import-rows.ts'
import { canManagePeople } from './policy.ts'
import { guessMapping, readCsv, refusedCsv } from './read-csv.ts'
import { holdPeople } from './store.ts'

const mostShown = 200

/**
 * Takes in people from a CSV file. Rows are known again by their external id (without one, by the e-mail
 * address), so the same file twice changes nothing; names are replaced, everything else is added. Rows at
 * fault are passed over and reported.
 * @param mapping what columns hold; null: guessed from their names
 * @throws AppError `bad-input` when the file or the mapping cannot be used
 */
export async function importPeople(
  deps: Pick<PeopleDeps, 'database' | 'clock'>,
  actor: Actor,
  { bytes, mapping, dryRun }: { bytes: Uint8Array; mapping: ImportMapping | null; dryRun: boolean },
): Promise<ImportReport> {
  authorize(actor, canManagePeople(actor))
  const table = readCsv(bytes)
  const chosen = mapping ?? guessMapping(table.headers)
  for (const header of Object.keys(chosen))
    if (!table.headers.includes(header))
      throw badField('mapping', `names a column "${header}" that the file does not have`)
  const { people, refused } = readRows(table, chosen, deps.clock())
  const { workspaceId } = actor
  const counts = await inWorkspace(deps.database.db, workspaceId, async (tx) => {
    await holdPeople(tx, workspaceId)
    const known = await findKnown(tx, workspaceId, people)
    const fresh = people.filter(({ externalId }) => !known.has(externalId))
    const changes = people.flatMap((person) => {
      const before = known.get(person.externalId)
      return before && differs(before, person) ? [{ before, person }] : []
    })
    if (!dryRun) {
      const made = fresh.map((person) => ({ id: newId(PersonId), person }))
      await insertPeople(tx, workspaceId, made)
      await updatePeople(tx, workspaceId, changes)
      const all = [...made, ...changes.map(({ before, person }) => ({ id: before.id, person }))]
      await addContacts(tx, workspaceId, all)
      await addConsents(tx, actor, all)
      await recordAct(tx, actor, {
        act: 'people.imported',
        subject: `workspace:${workspaceId}`,
        detail: { created: fresh.length, updated: changes.length, refused: refused.length },
      })
    }
    const unchanged = people.length - fresh.length - changes.length
    return { created: fresh.length, updated: changes.length, unchanged }
  })
  return {
    dryRun,
    headers: table.headers,
    mapping: chosen,
    rows: table.rows.length,
    ...counts,
    refused: refused
      .slice(0, mostShown)
      .map(({ line, field, reason }) => ({ line, field, reason })),
    refusedCount: refused.length,
    refusedCsv: refused.length === 0 ? '' : refusedCsv(table.headers, refused),
  }
}

const Known = z.object({
  id: PersonId,
  external: z.string(),
  name: z.string(),
  tags: z.array(z.string()),
  contacts: z.array(z.string()),
  consents: z.array(z.string()),
})
type Known = z.infer<typeof Known>

/** By external id; a record that was joined to another is found as the one that stands for it. */
async function findKnown(
  tx: Tx,
  workspaceId: WorkspaceId,
  people: readonly NewPerson[],
): Promise<Map<string, Known>> {
  const { rows } = await sql`
    with recursive asked as (
      select external_id as external, id, merged_into from people
        where workspace_id = ${workspaceId} and external_id = any(${people.map((one) => one.externalId)}::text[])
      union all
      select a.external, p.id, p.merged_into from asked a join people p
        on p.workspace_id = ${workspaceId} and p.id = a.merged_into
    )
    select p.id, a.external, p.display_name as name, p.tags,
      array(select x.kind || ' ' || lower(x.value) from person_contacts x
        where x.workspace_id = p.workspace_id and x.person_id = p.id) as contacts,
      array(select s.purpose from person_consents s
        where s.workspace_id = p.workspace_id and s.person_id = p.id) as consents
    from asked a join people p on p.workspace_id = ${workspaceId} and p.id = a.id
    where a.merged_into is null`.execute(tx)
  return new Map(rows.map((row) => Known.parse(row)).map((one) => [one.external, one]))
}

function differs(before: Known, person: NewPerson): boolean {
  return (
    (person.name !== null && person.name !== before.name) ||
    person.tags.some((tag) => !before.tags.includes(tag)) ||
    person.contacts.some(
      ({ kind, value }) => !before.contacts.includes(`${kind} ${value.toLowerCase()}`),
    ) ||
    (person.consent !== null && !before.consents.includes(person.consent.purpose))
  )
}

type Placed = { id: PersonId; person: NewPerson }

async function insertPeople(tx: Tx, workspaceId: WorkspaceId, made: readonly Placed[]) {
  await sql`
    insert into people (workspace_id, id, external_id, display_name, tags)
    select ${workspaceId}, n.id, n.external, n.name, array(select jsonb_array_elements_text(n.tags::jsonb))
    from unnest(
      ${made.map(({ id }) => id)}::uuid[],
      ${made.map(({ person }) => person.externalId)}::text[],
      ${made.map(({ person }) => person.name ?? person.contacts[0]?.value ?? person.externalId)}::text[],
      ${made.map(({ person }) => JSON.stringify(person.tags))}::text[]
    ) as n (id, external, name, tags)`.execute(tx)
}

async function updatePeople(
  tx: Tx,
  workspaceId: WorkspaceId,
  changes: readonly { before: Known; person: NewPerson }[],
) {
  await sql`
    update people p set display_name = n.name, tags = array(select jsonb_array_elements_text(n.tags::jsonb))
    from unnest(
      ${changes.map(({ before }) => before.id)}::uuid[],
      ${changes.map(({ before, person }) => person.name ?? before.name)}::text[],
      ${changes.map(({ before, person }) => JSON.stringify([...new Set([...before.tags, ...person.tags])]))}::text[]
    ) as n (id, name, tags)
    where p.workspace_id = ${workspaceId} and p.id = n.id`.execute(tx)
}

async function addContacts(tx: Tx, workspaceId: WorkspaceId, all: readonly Placed[]) {
  const contacts = all.flatMap(({ id, person }) =>
    person.contacts.map((contact) => ({ personId: id, ...contact })),
  )
  await sql`
    insert into person_contacts (workspace_id, id, person_id, kind, value)
    select ${workspaceId}, n.* from unnest(
      ${contacts.map(() => v7())}::uuid[],
      ${contacts.map(({ personId }) => personId)}::uuid[],
      ${contacts.map(({ kind }) => kind)}::text[],
      ${contacts.map(({ value }) => value)}::text[]
    ) as n (id, person_id, kind, value)
    where not exists (select from person_contacts x where x.workspace_id = ${workspaceId}
      and x.person_id = n.person_id and x.kind = n.kind and lower(x.value) = lower(n.value))`.execute(
    tx,
  )
}

/** A consent that was withdrawn here is not given again by an old file. */
async function addConsents(tx: Tx, actor: Actor, all: readonly Placed[]) {
  const consents = all.flatMap(({ id, person }) =>
    person.consent ? [{ personId: id, ...person.consent }] : [],
  )
  await sql`
    insert into person_consents (workspace_id, id, person_id, purpose, how, given_at, recorded_by, recorded_by_name)
    select ${actor.workspaceId}, n.id, n.person_id, n.purpose, 'CSV', n.given_at, ${actorTag(actor)}, ${actor.name}
    from unnest(
      ${consents.map(() => v7())}::uuid[],
      ${consents.map(({ personId }) => personId)}::uuid[],
      ${consents.map(({ purpose }) => purpose)}::text[],
      ${consents.map(({ givenAt }) => givenAt)}::timestamptz[]
    ) as n (id, person_id, purpose, given_at)
    where not exists (select from person_consents x where x.workspace_id = ${actor.workspaceId}
      and x.person_id = n.person_id and x.purpose = n.purpose)`.execute(tx)
}
