import { createECDH } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { PushSettings, PushSubscriptionView } from '../../../contract/push.ts'
import { allowOrigin, type Desk } from '../../../test/desk.ts'
import type { Person } from '../../../test/http.ts'
import { browserOf, type PushService, startPushService } from '../../../test/push-service.ts'
import { openPagingDesk, type PagingDesk } from './paging-desk.fixture.ts'

let world: PagingDesk
let people: PagingDesk['people']
let desk: Desk
let push: PushService

beforeAll(async () => {
  world = await openPagingDesk()
  ;({ desk, people } = world)
  push = await startPushService()
  await allowOrigin(desk.database.url, push.origin)
})
afterEach(() => {
  push.answer(null)
  push.taken.length = 0
})
afterAll(async () => {
  expect(desk.log.errors()).toEqual([])
  await desk.close()
  await push.close()
})

async function subscribe(person: Person) {
  const settings = PushSettings.parse(
    (await desk.request(person, 'GET', '/api/v1/push-subscriptions')).body,
  )
  const browser = push.browser(settings.publicKey)
  const body = { endpoint: browser.endpoint, keys: browser.keys, locale: 'ro', name: 'Firefox' }
  const made = await vi.waitFor(async () => {
    const answer = await desk.request(person, 'POST', '/api/v1/push-subscriptions', body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return PushSubscriptionView.parse(answer.body)
  }, 120_000)
  return { browser, made, publicKey: settings.publicKey }
}

const drop = (person: Person, id: string) =>
  desk.request(person, 'DELETE', `/api/v1/push-subscriptions/${id}`)

it('sends what only the browser’s own keys open, signed as RFC 8292 has it', async () => {
  const { browser, made } = await subscribe(people.ana)
  const other = await subscribe(people.ana)
  expect(other.publicKey).toBe((await subscribe(people.ana)).publicKey)
  const { conversation } = await world.page('The alarm does not stop')
  await expect.poll(() => push.taken.length).toBe(3)
  const taken = push.taken.find((one) => one.browser === browser)
  const said = JSON.parse(taken?.text ?? '{}')
  expect(said).toMatchObject({ title: 'The Corner Shop: e nevoie de tine acum' })
  expect(said.url).toBe(`http://127.0.0.1:4400/inbox/${conversation}`)
  expect(taken?.text).not.toContain('alarm')
  expect(taken?.headers).toMatchObject({ urgency: 'high', ttl: '900' })
  expect(() => other.browser.open(taken?.body ?? Buffer.alloc(0))).toThrow()
  expect(push.refused).toEqual([])
  await expect
    .poll(async () =>
      (await world.pagesOf(conversation))[0]?.calls.filter(({ way }) => way === 'push'),
    )
    .toMatchObject([{ state: 'sent' }, { state: 'sent' }, { state: 'sent' }])
  const settings = await desk.request(people.ana, 'GET', '/api/v1/push-subscriptions')
  for (const { id } of PushSettings.parse(settings.body).items) await drop(people.ana, id)
  expect(JSON.stringify(settings.body)).not.toContain(new URL(browser.endpoint).pathname)
  expect((await drop(people.ana, made.id)).status).toBe(404)
})

it('opens RFC 8291’s own example, so that what it opens is what the RFC says', () => {
  const keys = createECDH('prime256v1')
  keys.setPrivateKey(Buffer.from('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94', 'base64url'))
  const browser = browserOf('', keys, Buffer.from('BTBZMqHH6r4Tts7J_aSIgg', 'base64url'))
  const body =
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN'
  expect(browser.open(Buffer.from(body, 'base64url'))).toBe(
    'When I grow up, I want to be a watermelon',
  )
})

it('tries a push service again that is down, goes on without it, and forgets a browser that is gone', async () => {
  const { made } = await subscribe(people.ana)
  push.answer((response) => void response.writeHead(503).end())
  const { conversation, id } = await world.page('The freezer thaws')
  const pushed = async () =>
    (await world.pagesOf(conversation))[0]?.calls.filter(
      ({ way, step }) => way === 'push' && step === 1,
    )
  await expect.poll(async () => (await pushed())?.[0]?.problem).toContain('503')
  expect((await pushed())?.[0]?.state).toBe('waiting')
  // The next person is called all the same.
  await world.hasten(id)
  await world.untilStep(conversation, 2)
  push.answer(null)
  await expect.poll(async () => (await pushed())?.[0]?.state, { timeout: 60_000 }).toBe('sent')
  push.answer((response) => void response.writeHead(410).end())
  const tested = await desk.request(
    people.ana,
    'POST',
    `/api/v1/push-subscriptions/${made.id}/test`,
  )
  expect(tested.body).toMatchObject({ outcome: 'gone' })
  const left = await desk.request(people.ana, 'GET', '/api/v1/push-subscriptions')
  expect(PushSettings.parse(left.body).items).toEqual([])
  await desk.request(people.ana, 'POST', `/api/v1/pages/${id}/acknowledgement`)
})

it('refuses addresses that may not be called, and keeps everybody to their own browsers', async () => {
  const { made, browser } = await subscribe(people.bob)
  const keys = browser.keys
  for (const endpoint of ['https://10.0.0.7/push', 'http://push.example/x', 'nowhere']) {
    const body = { endpoint, keys, locale: 'en' }
    const answer = await desk.request(people.bob, 'POST', '/api/v1/push-subscriptions', body)
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'endpoint' }] } })
  }
  const short = { endpoint: browser.endpoint, keys: { ...keys, auth: 'AAAA' }, locale: 'en' }
  expect((await desk.request(people.bob, 'POST', '/api/v1/push-subscriptions', short)).status).toBe(
    400,
  )
  expect((await drop(people.ana, made.id)).status).toBe(404)
  const path = `/api/v1/push-subscriptions/${made.id}/test`
  expect((await desk.request(people.ana, 'POST', path)).status).toBe(404)
  expect((await desk.request(people.bob, 'POST', path)).body).toEqual({
    outcome: 'sent',
    problem: null,
  })
  expect(JSON.parse(push.taken[0]?.text ?? '{}')).toMatchObject({ title: 'O probă de la Parley' })
  expect((await drop(people.bob, made.id)).status).toBe(204)
})
