import { afterAll, beforeAll, expect, it } from 'vitest'
import { Digest } from '../../../contract/digest.ts'
import { Goodwill, GoodwillMonth } from '../../../contract/goodwill.ts'
import { listOf } from '../../../contract/http.ts'
import type { ConversationId } from '../../../contract/ids.ts'
import { type Desk, openDesk } from '../../../test/desk.ts'
import type { Person } from '../../../test/http.ts'
import { teamOf } from '../../../test/team.ts'

let desk: Desk
let helper: Person
let conversation: ConversationId

beforeAll(async () => {
  desk = await openDesk()
  helper = await teamOf(desk).member('contributor')
  conversation = (await desk.customerAsks('My mug broke')).conversation
})
afterAll(() => desk.close())

const months = async () =>
  listOf(GoodwillMonth).parse((await desk.api('GET', '/api/v1/goodwill/months')).body).items

it('records a gift with its cost, shows it in the conversation, the sums and the digest', async () => {
  const path = `/api/v1/conversations/${conversation}/goodwill`
  const body = { kind: 'gift', cost: 1250, note: 'A new mug' }
  const made = await desk.request(helper, 'POST', path, body)
  expect(made.status).toBe(201)
  const act = Goodwill.parse(made.body)
  expect(act).toMatchObject({ ...body, currency: 'EUR', can: { change: true } })
  const kind = await desk.request(helper, 'POST', path, { kind: 'kind-word' })
  expect(Goodwill.parse(kind.body).cost).toBe(0)
  const shown = listOf(Goodwill).parse((await desk.api('GET', path)).body)
  expect(shown.items.map((one) => one.kind)).toEqual(['kind-word', 'gift'])
  expect(await months()).toMatchObject([{ currency: 'EUR', count: 2, cost: 1250 }])
  const digest = Digest.parse((await desk.api('GET', '/api/v1/digest')).body)
  expect(digest.goodwill).toHaveLength(2)
})

it('can be corrected, removed and put back, and every act stands in the audit log', async () => {
  const list = await desk.api('GET', '/api/v1/goodwill?limit=1')
  const [act] = listOf(Goodwill).parse(list.body).items
  const path = `/api/v1/goodwill/${act?.id}`
  const changed = await desk.request(helper, 'PATCH', path, { cost: 500 })
  expect(Goodwill.parse(changed.body).cost).toBe(500)
  expect((await desk.request(helper, 'DELETE', path)).status).toBe(204)
  expect((await desk.request(helper, 'DELETE', path)).status).toBe(204)
  expect((await desk.request(helper, 'PATCH', path, { cost: 1 })).status).toBe(422)
  expect(await months()).toMatchObject([{ count: 1, cost: 1250 }])
  await desk.request(helper, 'POST', `${path}/restore`)
  expect(await months()).toMatchObject([{ count: 2, cost: 1750 }])
  const audit = JSON.stringify((await desk.api('GET', '/api/v1/audit?limit=20')).body)
  for (const what of ['recorded', 'changed', 'restored'])
    expect(audit).toContain(`goodwill.${what}`)
  expect(audit.match(/goodwill\.removed/g)).toHaveLength(1)
})

it('walks the list page by page', async () => {
  const one = listOf(Goodwill).parse((await desk.api('GET', '/api/v1/goodwill?limit=1')).body)
  const rest = await desk.api('GET', `/api/v1/goodwill?limit=5&cursor=${one.next}`)
  expect(listOf(Goodwill).parse(rest.body)).toMatchObject({ items: [{ kind: 'gift' }], next: null })
})

it('refuses a cost below nothing, words beside the list and a currency that is none, and changes nothing', async () => {
  const path = `/api/v1/conversations/${conversation}/goodwill`
  for (const [body, field] of [
    [{ kind: 'gift', cost: -1 }, 'cost'],
    [{ kind: 'bribe', cost: 1 }, 'kind'],
    [{ kind: 'gift', cost: 0.5 }, 'cost'],
  ] as const) {
    const answer = await desk.request(helper, 'POST', path, body)
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } })
  }
  const currency = await desk.api('PUT', '/api/v1/goodwill/settings', { currency: 'XYZ' })
  expect(currency).toMatchObject({ status: 400, body: { errors: [{ field: 'currency' }] } })
  expect(await months()).toMatchObject([{ count: 2 }])
})

it('keeps what was recorded in its currency when another is chosen', async () => {
  const changed = await desk.api('PUT', '/api/v1/goodwill/settings', { currency: 'RON' })
  expect(changed.status).toBe(200)
  const path = `/api/v1/conversations/${conversation}/goodwill`
  await desk.request(helper, 'POST', path, { kind: 'fix', cost: 10_000 })
  expect(await months()).toMatchObject([
    { currency: 'EUR', cost: 1750 },
    { currency: 'RON', cost: 10_000 },
  ])
})
