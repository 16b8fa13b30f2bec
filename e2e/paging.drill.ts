import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { z } from 'zod'
import { ConversationSummary } from '../contract/conversations.ts'
import { listOf } from '../contract/http.ts'
import { PageView } from '../contract/pages.ts'
import { PushSettings } from '../contract/push.ts'
import { createTestDatabase } from '../test/database.ts'
import { allowOrigin, asServerOwner, makeKey } from '../test/desk.ts'
import { createRemoteCaller, type Person, testPublicUrl } from '../test/http.ts'
import { startPushService } from '../test/push-service.ts'
import { teamOf } from '../test/team.ts'
import { ask } from './drill.ts'
import { createFleet, freePort, pause, type Slot } from './fleet.ts'
import { openMailTown } from './mail/town.ts'
import { createRandom, readDrill } from './seeded.ts'

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const customers = 5
/** Two calls to each of two people, and the owner. */
const leastSteps = 6

const Call = z.object({
  page_id: z.string(),
  step: z.int(),
  email: z.string(),
  way: z.enum(['mail', 'push']),
  state: z.string(),
  mail: z.string().nullable(),
  mails: z.int(),
  remote_id: z.string().nullable(),
})

it(
  'loses no page, skips nobody and mails no call twice, its workers killed again and again',
  async () => {
    const { seed, kills } = readDrill(8)
    process.stdout.write(`SEED=${seed} KILLS=${kills}\n`)
    const random = createRandom(seed)
    const [town, push, database, home] = await Promise.all([
      openMailTown(),
      startPushService(),
      createTestDatabase(),
      mkdtemp(join(tmpdir(), 'parley-paging-')),
    ])
    cleanUps.push(town.close, push.close, database.drop)
    cleanUps.push(() => rm(home, { recursive: true, force: true }))
    const { imap, smtp } = town.gates
    const servers = [`tcp://127.0.0.1:${imap.port}`, `tcp://127.0.0.1:${smtp.port}`, push.origin]
    for (const server of servers) await allowOrigin(database.url, server)
    const { key } = await makeKey(database)
    const slots: Slot[] = [
      { role: 'all', port: await freePort() },
      { role: 'all', port: await freePort() },
    ]
    const env = {
      PARLEY_HOME: home,
      DATABASE_URL: database.url,
      PARLEY_PRACTICE_PORT: String(await freePort()),
      // As the people of the tests' desk say whose page they come from.
      PARLEY_PUBLIC_URL: testPublicUrl,
      NODE_COMPILE_CACHE: join(home, 'compiled'),
    }
    const fleet = createFleet(slots, { file: 'parley-process.ts', env })
    cleanUps.push(fleet.stop)
    const sql = (text: string, values: unknown[] = []) => asServerOwner(database.url, text, values)

    // All is well at first: people, their browsers, the rota, the account.
    await fleet.stayUp()
    const [url = ''] = fleet.urls
    const request = createRemoteCaller(url)
    const api = (method: string, path: string, body?: unknown) =>
      request({ key }, method, path, body)
    const team = teamOf({ api, request })
    const [ana, bob] = [await team.member('responder'), await team.member('responder')]
    const subscribe = async (person: Person) => {
      const path = '/api/v1/push-subscriptions'
      const { publicKey } = PushSettings.parse((await request(person, 'GET', path)).body)
      const { endpoint, keys } = push.browser(publicKey)
      const made = await request(person, 'POST', path, { endpoint, keys, locale: 'en' })
      expect(made.status, JSON.stringify(made.body)).toBe(201)
    }
    await subscribe(ana)
    await subscribe(bob)
    const rota = [ana, bob].map(({ memberId }) => ({ memberId, shift: null }))
    const settings = { rota, severities: ['urgent'], stepMinutes: 1, repeats: 2 }
    expect((await api('PUT', '/api/v1/on-call', settings)).status).toBe(200)
    const account = { network: 'email', fields: town.fields }
    expect((await api('POST', '/api/v1/channels', account)).status).toBe(201)
    await fleet.stop()

    // Then the programs are killed while customers write, conversations become urgent and time flies.
    let over = false
    const anyUrl = () => random.pick(fleet.urls)
    const steps = async () => {
      const rows = await sql('select steps from pages')
      return rows.map((row) => z.object({ steps: z.int() }).parse(row).steps)
    }
    let enough = false
    const helpers = Promise.all([
      (async () => {
        for (let n = 1; n <= customers; n++) {
          await town.receive({
            text: `Pressing ${n}`,
            subject: `Pressing ${n}`,
            from: `Customer <c${n}@customers.example>`,
          })
          await pause(random.below(2000))
        }
      })(),
      (async () => {
        const path = '/api/v1/conversations?limit=100'
        for (let urgent = 0; urgent < customers && !over; await pause(200)) {
          const answer = await ask(anyUrl(), key, 'GET', path)
          if (answer?.status !== 200) continue
          const { items } = listOf(ConversationSummary).parse(answer.body)
          urgent = items.filter(({ severity }) => severity === 'urgent').length
          const next = items.find(({ severity }) => severity === null)
          if (next)
            await ask(anyUrl(), key, 'PATCH', `/api/v1/conversations/${next.id}`, {
              severity: 'urgent',
            })
        }
      })(),
      (async () => {
        for (; !over; await pause(200 + random.below(600))) {
          await sql('update pages set next_at = now() where next_at > now() and steps < $1', [
            leastSteps + 4,
          ])
          await sql('update graphile_worker._private_jobs set run_at = now() where run_at > now()')
          const taken = await steps()
          enough = taken.length === customers && taken.every((count) => count >= leastSteps)
        }
      })(),
    ])
    const killed = await fleet
      .runKills({ kills, random: random.fork(), until: () => enough })
      .finally(() => {
        over = true
      })
    await helpers
    expect(fleet.crashes()).toEqual([])

    // Then all stand, and what was begun comes to its end; nobody is alive who holds a lease.
    await sql(`update outgoing_mails set lease_until = now() where state = 'sending'`)
    await sql(`update page_calls set lease_until = now() where state = 'sending'`)
    await fleet.stayUp()
    const left = async () =>
      sql(`select 1 from outgoing_mails where state in ('waiting', 'sending') and dedupe_key like 'page:%'
        union all select 1 from page_calls where state in ('waiting', 'sending')`)
    for (const end = Date.now() + 300_000; (await left()).length > 0; await pause(500)) {
      if (Date.now() > end) throw new Error(`calls are left: ${fleet.said()}`)
      await sql('update graphile_worker._private_jobs set run_at = now() where run_at > now()')
    }
    const open = listOf(PageView).parse((await api('GET', '/api/v1/pages')).body).items
    expect(open, 'every page calls until somebody takes it up').toHaveLength(customers)
    for (const { id } of open)
      expect((await api('POST', `/api/v1/pages/${id}/acknowledgement`)).status).toBe(200)

    const calls = (
      await sql(`
        select k.page_id, k.step, m.email, k.way, k.state, max(o.state) as mail,
          count(o.id)::int as mails, max(o.remote_id) as remote_id
        from page_calls k
        join members m on m.workspace_id = k.workspace_id and m.id = k.member_id
        left join outgoing_mails o on o.workspace_id = k.workspace_id and o.dedupe_key = 'page:' || k.id
        group by k.page_id, k.step, m.email, k.way, k.state, k.id order by k.page_id, k.step`)
    ).map((row) => Call.parse(row))
    const everybody = [ana.email, bob.email, 'olga@example.com']
    const arrived = new Map(
      await Promise.all(
        everybody.map(
          async (email) =>
            [email, (await town.arrived(email)).map(({ messageId }) => messageId ?? '')] as const,
        ),
      ),
    )
    const byPage = Map.groupBy(calls, (call) => call.page_id)
    expect(byPage.size).toBe(customers)
    for (const own of byPage.values()) {
      const mailed = own.filter(({ way }) => way === 'mail')
      const expected = mailed.map((_, index) => [
        index + 1,
        everybody[Math.min(Math.floor(index / 2), 2)],
      ])
      expect(mailed.map(({ step, email }) => [step, email])).toEqual(expected)
      for (const email of everybody) {
        const reached = mailed.filter((call) => call.email === email && call.mail === 'sent')
        expect([email, reached.length > 0]).toEqual([email, true])
      }
      for (const { way, state, step, email } of own.filter((call) => call.way === 'push'))
        expect([way, step, email, state]).toEqual([way, step, email, 'sent'])
    }
    // A mail that went out is one mail: of a repeat the receiver sees the same Message-ID.
    const sent = calls.filter(({ mail }) => mail === 'sent')
    expect(calls.every(({ mails }) => mails <= 1)).toBe(true)
    for (const { email, remote_id } of sent)
      expect([...(arrived.get(email) ?? [])].some((id) => id.includes(remote_id ?? '-'))).toBe(true)
    const all = [...arrived.values()].flat()
    const repeated = all.length - new Set(all).size
    expect(new Set(all).size).toBe(new Set(sent.map(({ remote_id }) => remote_id)).size)
    expect(repeated).toBeLessThanOrEqual(killed.killed)
    expect(push.refused).toEqual([])
    const pushes = calls.filter(({ way }) => way === 'push').length
    expect(push.taken.length).toBeGreaterThanOrEqual(pushes)
    const withdrawn = calls.filter(({ state }) => state === 'withdrawn').length
    const figures = { seed, ...killed, calls: calls.length, withdrawn, mails: sent.length }
    const more = { repeated, pushes, pushedAgain: push.taken.length - pushes }
    process.stdout.write(`${JSON.stringify({ ...figures, ...more })}\n`)
  },
  1_000_000 + 20_000 * readDrill(0).kills,
)
