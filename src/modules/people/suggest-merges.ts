import { type RawBuilder, sql } from 'kysely'
import { PersonId, type WorkspaceId } from '../../../contract/ids.ts'
import type { MergeSuggestion } from '../../../contract/people.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { badField } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { canMergePeople, canReadPeople } from './policy.ts'
import { compareProfiles, leastScore, type Profile } from './similarity.ts'
import { findPerson, holdPeople } from './store.ts'

const mostPairs = 500
const mostShown = 50

/** The likeliest pairs of the workspace, best first. */
export async function listSuggestions(db: Db, actor: Actor): Promise<MergeSuggestion[]> {
  authorize(actor, canReadPeople(actor))
  return inWorkspace(db, actor.workspaceId, (tx) => suggestMerges(tx, actor.workspaceId))
}

/** Pairs that may be one person; `of`: only those of one person. */
export async function suggestMerges(
  tx: Tx,
  workspaceId: WorkspaceId,
  of?: PersonId,
): Promise<MergeSuggestion[]> {
  const pairs = await findPairs(tx, workspaceId, of)
  const profiles = await readProfiles(tx, workspaceId, [...new Set(pairs.flat())])
  return pairs
    .flatMap(([first, second]): MergeSuggestion[] => {
      const [one, other] = [profiles.get(first), profiles.get(second)]
      if (!one || !other) return []
      const { score, reasons } = compareProfiles(one, other)
      return score < leastScore
        ? []
        : [{ first: brief(first, one), second: brief(second, other), score, reasons }]
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, mostShown)
}

/** Says that two records are two people, so that nobody is asked again. */
export async function keepApart(
  db: Db,
  actor: Actor,
  { firstId, secondId }: { firstId: PersonId; secondId: PersonId },
): Promise<void> {
  authorize(actor, canMergePeople(actor))
  const { workspaceId } = actor
  if (firstId === secondId) throw badField('secondId', 'must be another person')
  await inWorkspace(db, workspaceId, async (tx) => {
    await holdPeople(tx, workspaceId)
    const ids = [
      (await findPerson(tx, workspaceId, firstId)).id,
      (await findPerson(tx, workspaceId, secondId)).id,
    ]
    const [first, second] = ids.sort()
    if (!first || !second || first === second)
      throw badField('secondId', 'is joined with the first already')
    await tx
      .insertInto('people_apart')
      .values({ workspace_id: workspaceId, first_id: first, second_id: second })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await recordAct(tx, actor, {
      act: 'person.kept-apart',
      subject: `person:${first}`,
      detail: { other: second },
    })
  })
}

type Known = Profile & { name: string; networks: string[] }

function brief(id: PersonId, { name, networks }: Known): MergeSuggestion['first'] {
  return { id, name, networks }
}

/** Who shares an address, a handle or a name of two words at least, and was not found to be two people. */
async function findPairs(
  tx: Tx,
  workspaceId: WorkspaceId,
  of: PersonId | undefined,
): Promise<[PersonId, PersonId][]> {
  const pairs = of === undefined ? allPairs(workspaceId) : pairsOf(of)
  const { rows } = await sql<{ first: string; second: string }>`
    select p.first, p.second from (${pairs}) p (first, second)
    where not exists (select from people_apart x
      where x.workspace_id = ${workspaceId} and x.first_id = p.first and x.second_id = p.second)
    limit ${mostPairs}`.execute(tx)
  return rows.map(({ first, second }) => [PersonId.parse(first), PersonId.parse(second)])
}

/** By the indexes of addresses, handles and names: costs the same however many people there are. */
function pairsOf(id: PersonId): RawBuilder<unknown> {
  return sql`select least(${id}::uuid, o), greatest(${id}::uuid, o) from parley.find_alike(${id}) o`
}

/**
 * Reads all that is known of anybody once: it grows with the people. What more than six share tells nothing;
 * a name with one word never counts.
 */
function allPairs(workspaceId: WorkspaceId): RawBuilder<unknown> {
  return sql`
    with signs as (
      select person_id, 'email ' || lower(remote_id) as sign from identities
        where workspace_id = ${workspaceId} and network = 'email'
      union select person_id, 'email ' || lower(value) from person_contacts
        where workspace_id = ${workspaceId} and kind = 'email'
      union select c.person_id, 'email ' || lower(w.email) from website_threads w
        join conversations c on c.workspace_id = w.workspace_id and c.channel_id = w.channel_id and c.thread_key = w.id::text
        where w.workspace_id = ${workspaceId} and w.email is not null
      union select person_id, 'handle ' || parley.bare_handle(handle) from identities
        where workspace_id = ${workspaceId} and network not in ('email', 'website')
      union select person_id, 'handle ' || parley.bare_handle(value) from person_contacts
        where workspace_id = ${workspaceId} and kind <> 'email'
      union select id, 'name ' || lower(display_name) from people
        where workspace_id = ${workspaceId} and display_name like '% %'
      union select person_id, 'name ' || lower(display_name) from identities
        where workspace_id = ${workspaceId} and display_name like '% %'
    ), telling as (
      select s.sign, s.person_id as id from signs s
      join people p on p.workspace_id = ${workspaceId} and p.id = s.person_id
      where p.merged_into is null and p.erased_at is null
    ), rare as (
      select sign, array_agg(id) as ids from telling group by sign having count(*) between 2 and 6
    )
    select distinct a.id, b.id from rare, unnest(rare.ids) a (id), unnest(rare.ids) b (id) where a.id < b.id`
}

/** The website's conversations are called by their thread's id; a network's own keys may be anything. */
const threadOf = sql`case when c.thread_key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then c.thread_key::uuid end`

async function readProfiles(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly PersonId[],
): Promise<Map<PersonId, Known>> {
  if (ids.length === 0) return new Map()
  type Row = {
    id: string
    name: string
    tags: string[]
    accounts: { network: string; handle: string; name: string; remote: string }[] | null
    contacts: { kind: string; value: string }[] | null
    visitors: { email: string; verified: boolean }[] | null
    languages: string[] | null
  }
  const { rows } = await sql<Row>`
    select p.id, p.display_name as name, p.tags,
      (select json_agg(json_build_object('network', i.network, 'handle', i.handle, 'name', i.display_name,
        'remote', i.remote_id)) from identities i where i.workspace_id = p.workspace_id and i.person_id = p.id) as accounts,
      (select json_agg(json_build_object('kind', x.kind, 'value', x.value)) from person_contacts x
        where x.workspace_id = p.workspace_id and x.person_id = p.id) as contacts,
      (select json_agg(json_build_object('email', w.email, 'verified', w.email_verified_at is not null))
        from conversations c join website_threads w on w.workspace_id = c.workspace_id
          and w.channel_id = c.channel_id and w.id = ${threadOf}
        where c.workspace_id = p.workspace_id and c.person_id = p.id and w.email is not null) as visitors,
      (select array_agg(distinct c.language) from conversations c
        where c.workspace_id = p.workspace_id and c.person_id = p.id and c.language is not null) as languages
    from people p where p.workspace_id = ${workspaceId} and p.id = any(${ids}::uuid[])`.execute(tx)
  return new Map(
    rows.map((row) => {
      const { accounts, contacts, visitors } = {
        accounts: row.accounts ?? [],
        contacts: row.contacts ?? [],
        visitors: row.visitors ?? [],
      }
      const bare = (network: string) => network === 'email' || network === 'website'
      return [
        PersonId.parse(row.id),
        {
          name: row.name,
          networks: [...new Set(accounts.map(({ network }) => network))],
          names: [row.name, ...accounts.map(({ name }) => name)],
          handles: [
            ...accounts.filter(({ network }) => !bare(network)),
            ...contacts
              .filter(({ kind }) => kind !== 'email')
              .map(({ kind, value }) => ({ network: kind, handle: value })),
          ],
          emails: [
            ...accounts
              .filter(({ network }) => network === 'email')
              .map(({ remote }) => ({ address: remote, verified: true })),
            ...contacts
              .filter(({ kind }) => kind === 'email')
              .map(({ value }) => ({ address: value, verified: false })),
            ...visitors.map(({ email, verified }) => ({ address: email, verified })),
          ],
          languages: row.languages ?? [],
          tags: row.tags,
        },
      ]
    }),
  )
}
