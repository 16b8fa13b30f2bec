import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { Channel, ConsentBegun, Network } from '../../../contract/channels.ts'
import { listOf } from '../../../contract/http.ts'
import { answerConsentPage } from '../../../test/consent-page.ts'
import type { As, Person } from '../../../test/http.ts'
import { startTestParley, type TestParley } from '../../../test/parley.ts'

let world: TestParley
let owner: Person
let now = 0

beforeAll(async () => {
  world = await startTestParley({ clock: () => new Date(Date.now() + now) })
  owner = await world.people.owner('Bakery')
})
afterAll(async () => {
  await world.close()
  expect(world.log.errors()).toEqual([])
})
beforeEach(async () => {
  now = 0
  await world.network.calm()
})

async function begin(who: As = owner, server = world.network.url): Promise<string> {
  const body = { network: 'mastodon', fields: { server } }
  const answer = await world.request(who, 'POST', '/api/v1/channels/consent', body)
  expect(answer).toMatchObject({ status: 200 })
  return ConsentBegun.parse(answer.body).address
}

/** Where the browser ends up after Parley has read what it brought back. */
async function goBack(path: string, who: As = owner): Promise<URLSearchParams> {
  const answer = await world.request(who, 'GET', path)
  const location = new URL(String(answer.headers.location), 'http://x')
  expect([answer.status, location.pathname]).toEqual([303, '/settings/channels'])
  return location.searchParams
}

async function channels(who: As = owner): Promise<Channel[]> {
  const { body } = await world.request(who, 'GET', '/api/v1/channels')
  return listOf(Channel).parse(body).items
}

async function waiting(): Promise<unknown[]> {
  return world.sql(`select 1 from channel_consents union all
    select 1 from secrets where purpose = 'channel-consent'`)
}

const notBegun = 'This sign-in was not begun here, or too long ago. Begin again.'

it('says which networks have a page of their own, and what it needs to know', async () => {
  const { body } = await world.request(owner, 'GET', '/api/v1/networks')
  const byName = new Map(
    listOf(Network)
      .parse(body)
      .items.map((one) => [one.network, one]),
  )
  expect(byName.get('mastodon')?.consent).toEqual({ fields: ['server'], standing: 'lasting' })
  // From an address on this machine only.
  expect(byName.get('bluesky')?.consent).toEqual({ fields: ['handle'], standing: 'short' })
  expect(byName.get('telegram')?.consent).toBeNull()
  const fields = { token: 'a' }
  const refused = await world.request(owner, 'POST', '/api/v1/channels/consent', {
    network: 'telegram',
    fields,
  })
  expect(refused).toMatchObject({ status: 400, body: { code: 'bad-input' } })
  const empty = await world.request(owner, 'POST', '/api/v1/channels/consent', {
    network: 'mastodon',
    fields: {},
  })
  expect(empty).toMatchObject({ status: 400, body: { errors: [{ field: 'fields.server' }] } })
  expect(await waiting()).toEqual([])
})

it('connects nothing when the person says no, and tells it in words', async () => {
  const result = await goBack(await answerConsentPage(await begin(), 'no'))
  expect(result.get('problem')).toContain('denied the request')
  expect(await channels()).toEqual([])
  expect(await waiting()).toEqual([])
})

it('connects the account that the person agreed to, and forgets the sign-in', async () => {
  const address = new URL(await begin())
  expect(Object.fromEntries(address.searchParams)).toMatchObject({
    response_type: 'code',
    redirect_uri: 'http://127.0.0.1:4400/connect/return',
    code_challenge_method: 'S256',
  })
  const result = await goBack(await answerConsentPage(address.href, 'yes'))
  const [channel] = await channels()
  expect(result.get('connected')).toBe(channel?.id)
  expect(channel).toMatchObject({ service: world.network.url, state: 'connected', problem: null })
  expect(channel?.abilities['reply-public']).toEqual({ can: true })
  expect(await waiting()).toEqual([])
})

it('takes an answer once', async () => {
  const path = await answerConsentPage(await begin(), 'yes')
  const answers = await Promise.all([goBack(path), goBack(path)])
  expect(answers.map((answer) => answer.get('problem')).sort()).toEqual([notBegun, null].sort())
  expect((await goBack(path)).get('problem')).toBe(notBegun)
  expect(await waiting()).toEqual([])
})

it('takes an answer for 15 minutes, and forgets the secrets of one that never came', async () => {
  const [late, last] = [await begin(), await begin()]
  const [latePath, lastPath] = [
    await answerConsentPage(late, 'yes'),
    await answerConsentPage(last, 'yes'),
  ]
  now = 14 * 60_000
  expect((await goBack(lastPath)).get('problem')).toBeNull()
  now = 15 * 60_000 + 1000
  expect((await goBack(latePath)).get('problem')).toBe(notBegun)
  await begin()
  expect(await waiting()).toHaveLength(2)
  now = 31 * 60_000
  await goBack(await answerConsentPage(await begin(), 'yes'))
  expect(await waiting()).toEqual([])
})

it('takes an answer only from whoever began, not from another member or business', async () => {
  const colleague = await world.people.member(owner, 'admin')
  const responder = await world.people.member(owner, 'responder')
  const stranger = await world.people.owner('Smithy')
  const path = await answerConsentPage(await begin(), 'yes')
  expect((await goBack(path, colleague)).get('problem')).toBe(notBegun)
  expect((await goBack(path, stranger)).get('problem')).toBe(notBegun)
  expect((await world.request(responder, 'GET', path)).status).toBe(403)
  expect((await world.request(null, 'GET', path)).status).toBe(401)
  expect(await channels(stranger)).toEqual([])
  expect((await goBack(path)).get('connected')).toBe((await channels())[0]?.id)
})

it('refuses an answer with another state, of another server, without a code or a false one', async () => {
  const begun = async () => new URL(await answerConsentPage(await begin(), 'yes'), 'http://x')
  const changed = async (change: (query: URLSearchParams) => void) => {
    const url = await begun()
    change(url.searchParams)
    return (await goBack(`${url.pathname}${url.search}`)).get('problem')
  }
  expect(await changed((query) => query.set('state', 'x'.repeat(43)))).toBe(notBegun)
  expect(await changed((query) => query.delete('state'))).toBe(notBegun)
  expect(await changed((query) => query.set('iss', 'https://evil.example'))).toContain(
    'another server answered',
  )
  expect(await changed((query) => query.set('iss', `${world.network.url}/`))).toBeNull()
  expect(await changed((query) => query.delete('code'))).toContain('not completed')
  expect(await changed((query) => query.set('code', 'made-up'))).toMatch(/grant|not accept/i)
})

it('can be begun again after the server failed in the middle', async () => {
  const path = await answerConsentPage(await begin(), 'yes')
  await world.network.fault({ kind: 'outage' })
  expect((await goBack(path)).get('problem')).toContain('Nothing was changed')
  const during = await world.request(owner, 'POST', '/api/v1/channels/consent', {
    network: 'mastodon',
    fields: { server: world.network.url },
  })
  expect(during).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  await world.network.calm()
  const again = await goBack(await answerConsentPage(await begin(), 'yes'))
  expect(again.get('connected')).toBe((await channels())[0]?.id)
})

it('renews the same channel, and comes back only to the key that began it', async () => {
  const { key } = await world.people.key(owner, ['all'])
  const path = await answerConsentPage(await begin({ key }), 'yes')
  expect((await goBack(path)).get('problem')).toBe(notBegun)
  expect((await goBack(path, { key })).get('connected')).toBe((await channels())[0]?.id)
  expect(await channels()).toHaveLength(1)
  const acts = await world.sql(`select act from audit_entries where act like 'channel.%connect'`)
  expect(acts.map(({ act }) => z.string().parse(act))).toContain('channel.reconnect')
})
