import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listOf } from '../../../contract/http.ts'
import { ChannelId, ConversationId, IdentityId, PersonId } from '../../../contract/ids.ts'
import { PersonSummary } from '../../../contract/people.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import { openPeopleWorld, type PeopleWorld } from './people-world.fixture.ts'
import { suggestMerges } from './suggest-merges.ts'

const many = 2300
const id = (n: string) =>
  sql.raw(`('00000000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`)

let world: PeopleWorld
let stranger: PeopleWorld['owner']

beforeAll(async () => {
  world = await openPeopleWorld()
  stranger = await world.server.people.owner('Smithy')
  for (const { workspaceId } of [world.owner, stranger])
    await inWorkspace(world.server.database.db, workspaceId, (tx) => addMany(tx, workspaceId))
})
afterAll(() => world.close())

/** More than are looked through one by one; every seventh was joined to the first or erased. */
async function addMany(tx: Tx, workspace: string): Promise<void> {
  await sql`
    insert into people (workspace_id, id, display_name, tags, merged_into, erased_at)
    select ${workspace}, ${id('n')}, case when n % 3 = 0 then 'Person ' || n else '' end,
      case when n % 500 = 1 then '{rare,odd}' when n % 2 = 0 then '{even}' else '{odd}' end::text[],
      case when n % 14 = 7 then ${id('0')} end, case when n % 14 = 0 and n > 0 then now() end
    from generate_series(0, ${many}::int - 1) n order by n`.execute(tx)
  await sql`
    insert into identities (workspace_id, id, person_id, network, remote_id, handle, display_name)
    select ${workspace}, ${id('n')}, ${id('n')}, 'town', n::text, '@h' || n || '_%', case when n = 5 then 'Ștefan Ursu' else 'X' end
    from generate_series(0, ${many}::int - 1) n`.execute(tx)
  await sql`
    insert into person_contacts (workspace_id, id, person_id, kind, value)
    select ${workspace}, ${id('n')}, ${id('n')}, 'email', 'post' || n || '@example.com'
    from generate_series(0, ${many}::int - 1, 10) n`.execute(tx)
  await sql`
    insert into win_back_cases (workspace_id, id, person_id, began_at, state, state_at)
    select ${workspace}, ${id('n * 2 + k')}, ${id('n')}, now(), case when k = 0 then 'unhappy' else 'mended' end,
      now() + k * interval '1 s'
    from generate_series(0, ${many}::int - 1, 400) n, generate_series(0, 1) k where k = 0 or n % 800 = 0`.execute(
    tx,
  )
}

/** By every page, the numbers of who was found. */
async function listed(query: Record<string, string>): Promise<number[]> {
  const found: number[] = []
  for (let cursor: string | null = null; ; ) {
    const more = new URLSearchParams({ ...query, limit: '100', ...(cursor !== null && { cursor }) })
    const answer = await world.server.request(world.owner, 'GET', `/api/v1/people?${more}`)
    const page = listOf(PersonSummary).parse(answer.body)
    found.push(...page.items.map((one) => Number.parseInt(one.id.slice(-12), 16)))
    if (page.next === null) return found
    cursor = page.next
  }
}

const there = Array.from({ length: many }, (_, n) => n)
  .filter((n) => n % 7 !== 0 || n === 0)
  .reverse()

it.each<[string, Record<string, string>, (n: number) => boolean]>([
  ['everybody', {}, () => true],
  ['a name that many have', { text: 'person' }, (n) => n % 3 === 0],
  ['a name that few have', { text: 'PERSON 12' }, (n) => n % 3 === 0 && /^12/.test(`${n}`)],
  ['a handle of the oldest', { text: 'h4_' }, (n) => n === 4],
  ['signs that are patterns elsewhere', { text: '_%' }, () => true],
  ['two letters', { text: 'ea' }, () => false],
  ['letters beyond ASCII', { text: 'ștefan' }, (n) => n === 5],
  ['an address', { text: 'post11' }, (n) => n % 10 === 0 && /^11/.test(`${n}`)],
  ['a tag that many have', { tag: 'odd' }, (n) => n % 500 === 1 || n % 2 === 1],
  ['a tag that few have', { tag: 'rare' }, (n) => n % 500 === 1],
  ['a tag and a name', { tag: 'rare', text: 'person' }, (n) => n % 500 === 1 && n % 3 === 0],
  ['who is unhappy now', { winBack: 'unhappy' }, (n) => n % 400 === 0 && n % 800 !== 0],
  ['who was unhappy and is no more', { winBack: 'mended' }, (n) => n % 800 === 0],
  ['nobody', { text: 'zzzzzz' }, () => false],
])('finds the same among thousands as one by one: %s', async (_, query, wanted) => {
  expect(await listed(query)).toEqual(there.filter(wanted))
})

const name = fc.constantFrom('Ana Pop', 'ana pop', 'Dan Ion', 'Ana')
const handle = fc.constantFrom('@ana@town.example', 'ana', 'ANA.bsky.social', 'dan', 'al')
const address = fc.constantFrom('Ana@example.com', 'ana@example.com', 'dan@example.com')
const someone = fc.record({
  name,
  accounts: fc.array(
    fc.record({ network: fc.constantFrom('town', 'village', 'email'), name, handle, address }),
    {
      maxLength: 2,
    },
  ),
  contact: fc.option(fc.oneof(handle, address)),
  visitor: fc.option(address),
  fate: fc.constantFrom('stays', 'stays', 'stays', 'joined', 'erased'),
})
type Someone = typeof someone extends fc.Arbitrary<infer One> ? One : never

async function addSomeone(tx: Tx, one: Someone, first: PersonId | undefined): Promise<PersonId> {
  const workspace_id = stranger.workspaceId
  const person_id = newId(PersonId)
  const merged_into = one.fate === 'joined' ? (first ?? null) : null
  const erased_at = one.fate === 'erased' ? new Date() : null
  await tx
    .insertInto('people')
    .values({ workspace_id, id: person_id, display_name: one.name, merged_into, erased_at })
    .execute()
  for (const { network, name, handle, address } of one.accounts) {
    const mail = network === 'email'
    const remote_id = mail ? `${newId(PersonId)}${address}`.slice(36) : newId(PersonId)
    await sql`
      insert into identities (workspace_id, id, person_id, network, remote_id, handle, display_name)
      values (${workspace_id}, ${newId(IdentityId)}, ${person_id}, ${network}, ${remote_id}, ${mail ? address : handle}, ${name})
      on conflict do nothing`.execute(tx)
  }
  if (one.contact !== null)
    await sql`insert into person_contacts (workspace_id, id, person_id, kind, value)
      values (${workspace_id}, ${newId(PersonId)}, ${person_id}, ${one.contact.includes('example.com') && !one.contact.startsWith('@') ? 'email' : 'town'}, ${one.contact})`.execute(
      tx,
    )
  if (one.visitor !== null) await addVisitor(tx, person_id, one.visitor)
  return person_id
}

async function addVisitor(tx: Tx, person: PersonId, email: string): Promise<void> {
  const workspace = stranger.workspaceId
  const [channel, thread, identity] = [newId(ChannelId), newId(ConversationId), newId(IdentityId)]
  await sql`
    insert into channels (workspace_id, id, network, service, remote_account_id, handle, display_name, profile_url,
      state, limits, abilities, secret_id, checked_at)
    values (${workspace}, ${channel}, 'website', '', ${channel}, '', '', '', 'connected', '{}', '{}', ${channel}, now())`.execute(
    tx,
  )
  await sql`
    insert into website_threads (workspace_id, id, channel_id, name, email, language)
    values (${workspace}, ${thread}, ${channel}, '', ${email}, 'en')`.execute(tx)
  await sql`
    insert into identities (workspace_id, id, person_id, network, remote_id, handle, display_name)
    values (${workspace}, ${identity}, ${person}, 'website', ${identity}, '', '')`.execute(tx)
  await sql`
    insert into conversations (workspace_id, id, channel_id, identity_id, person_id, thread_key, visibility, state, last_message_at)
    values (${workspace}, ${newId(ConversationId)}, ${channel}, ${identity}, ${person}, ${thread}, 'private', 'new', now())`.execute(
    tx,
  )
}

class Undone extends Error {}

it('suggests for one person the very pairs that reading everybody suggests', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(someone, { minLength: 2, maxLength: 9 }), async (all) => {
      await inWorkspace(world.server.database.db, stranger.workspaceId, async (tx) => {
        const ids: PersonId[] = []
        for (const one of all) ids.push(await addSomeone(tx, one, ids[0]))
        const pairs = await suggestMerges(tx, stranger.workspaceId)
        const brief = (some: typeof pairs) =>
          some.map(({ first, second, score }) => `${first.id} ${second.id} ${score}`).sort()
        for (const one of ids) {
          const own = await suggestMerges(tx, stranger.workspaceId, one)
          expect(brief(own)).toEqual(
            brief(pairs.filter(({ first, second }) => first.id === one || second.id === one)),
          )
        }
        throw new Undone()
      }).catch((error: unknown) => {
        if (!(error instanceof Undone)) throw error
      })
    }),
    { numRuns: 20 },
  )
})
