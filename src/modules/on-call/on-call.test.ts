import { createECDH } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { ReplyPolicyView } from '../../../contract/clock.ts'
import { Conversation } from '../../../contract/conversations.ts'
import { listOf } from '../../../contract/http.ts'
import type { ConversationId, PageId } from '../../../contract/ids.ts'
import { CallOrder, OnCallView } from '../../../contract/on-call.ts'
import {
  type PageView as Page,
  PageView,
  PushSettings,
  PushSubscriptionView,
} from '../../../contract/pages.ts'
import { NewWebhook } from '../../../contract/webhooks.ts'
import { allowOrigin, asServerOwner, type Desk, openDesk } from '../../../test/desk.ts'
import type { Person } from '../../../test/http.ts'
import { addMailAccount } from '../../../test/mail-account.ts'
import { browserOf, type PushService, startPushService } from '../../../test/push-service.ts'
import { teamOf } from '../../../test/team.ts'
import { type Receiver, readBody, startReceiver } from '../../../test/webhook-receiver.ts'
import { sweepPages } from './take-step.ts'

let desk: Desk
let push: PushService
let receiver: Receiver
let admin: Person
let ana: Person
let bob: Person
let analyst: Person

beforeAll(async () => {
  desk = await openDesk()
  push = await startPushService()
  receiver = await startReceiver()
  await allowOrigin(desk.database.url, push.origin)
  await allowOrigin(desk.database.url, receiver.origin)
  const team = teamOf(desk)
  admin = await team.member('admin')
  ana = await team.member('responder')
  bob = await team.member('responder')
  analyst = await team.member('analyst')
  await addMailAccount(desk.database, admin.workspaceId)
  await setRota([ana, bob])
})
afterEach(() => {
  push.answer(null)
  push.taken.length = 0
})
afterAll(async () => {
  expect(desk.log.errors()).toEqual([])
  await desk.close()
  await push.close()
  await receiver.close()
})

async function setRota(people: Person[], more: object = {}) {
  const rota = people.map(({ memberId }) => ({ memberId, shift: null }))
  const settings = { rota, severities: ['urgent'], stepMinutes: 5, repeats: 1, ...more }
  const answer = await desk.request(admin, 'PUT', '/api/v1/on-call', settings)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return OnCallView.parse(answer.body)
}

async function pagesOf(conversation: ConversationId): Promise<Page[]> {
  const path = `/api/v1/pages?state=all&conversationId=${conversation}`
  return listOf(PageView).parse((await desk.request(analyst, 'GET', path)).body).items
}

const setSeverity = (conversation: ConversationId, severity: string | null) =>
  desk.request(admin, 'PATCH', `/api/v1/conversations/${conversation}`, { severity })

/** A customer waits in an urgent conversation, and the first step was taken. */
async function page(text: string): Promise<{ conversation: ConversationId; id: PageId }> {
  const { conversation } = await desk.customerAsks(text)
  expect((await setSeverity(conversation, 'urgent')).status).toBe(200)
  await untilStep(conversation, 1)
  const [opened] = await pagesOf(conversation)
  if (!opened) throw new Error('no page')
  return { conversation, id: opened.id }
}

const stepsOf = (one: Page | undefined) =>
  Math.max(0, ...(one?.calls.map(({ step }) => step) ?? []))

async function untilStep(conversation: ConversationId, step: number) {
  await expect.poll(async () => stepsOf((await pagesOf(conversation))[0])).toBe(step)
}

const MailRow = z.object({
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  state: z.string(),
})

async function read(conversation: ConversationId) {
  return Conversation.parse((await desk.api('GET', `/api/v1/conversations/${conversation}`)).body)
}

/** Who wrote, as the practice network knows them. */
const authorOf = async (conversation: ConversationId) =>
  (await read(conversation)).person.handle.replace(/^@/, '').split('@')[0]
const messageCount = async (conversation: ConversationId) => (await read(conversation)).messageCount

/** The pause until the next step is over. */
async function hasten(id: PageId) {
  const { url } = desk.database
  await asServerOwner(url, 'update pages set next_at = now() where id = $1', [id])
  await asServerOwner(
    url,
    `update graphile_worker._private_jobs set run_at = now() where key = $1`,
    [`page:${id}`],
  )
}

async function mailsTo(person: Person, conversation: ConversationId) {
  const rows = await asServerOwner(
    desk.database.url,
    `select subject, text, html, state from outgoing_mails
     where to_address = $1 and strpos(text, $2) > 0 order by id`,
    [person.email, conversation],
  )
  return rows.map((row) => MailRow.parse(row))
}

it('pages whom the rota names in order, by the clock on the wall, and the owners after them', async () => {
  const view = await setRota([], {
    rota: [
      {
        memberId: bob.memberId,
        shift: { days: ['sat', 'sun'], from: '00:00', to: '24:00', timeZone: 'Europe/Bucharest' },
      },
      { memberId: ana.memberId, shift: null },
    ],
  })
  expect(view.settings.rota).toHaveLength(2)
  const ask = async (at: string) => {
    const body = { rota: view.settings.rota, at }
    const answer = await desk.request(analyst, 'POST', '/api/v1/on-call/preview', body)
    return CallOrder.parse(answer.body)
  }
  const saturday = await ask('2026-11-21T12:00:00Z')
  expect(saturday.onCall.map(({ id }) => id)).toEqual([bob.memberId, ana.memberId])
  expect(saturday.owners.map(({ name }) => name)).toEqual(['Olga'])
  expect((await ask('2026-11-23T12:00:00Z')).onCall.map(({ id }) => id)).toEqual([ana.memberId])
  await setRota([ana, bob])
})

it('lets owners and admins set it, and refuses who cannot be called, naming the entry', async () => {
  const good = { rota: [], severities: null, stepMinutes: 5, repeats: 2 }
  expect((await desk.request(ana, 'PUT', '/api/v1/on-call', good)).status).toBe(403)
  for (const [field, wrong] of [
    ['rota.0.memberId', { rota: [{ memberId: analyst.memberId, shift: null }] }],
    ['stepMinutes', { stepMinutes: 0 }],
    ['repeats', { repeats: 21 }],
  ] as const) {
    const answer = await desk.request(admin, 'PUT', '/api/v1/on-call', { ...good, ...wrong })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } })
  }
  const view = OnCallView.parse((await desk.request(analyst, 'GET', '/api/v1/on-call')).body)
  expect(view.can.change).toBe(false)
  expect(view.settings.rota.map(({ memberId }) => memberId)).toEqual([ana.memberId, bob.memberId])
})

it('calls the first, then the next, then the owners, until somebody takes it up', async () => {
  const { conversation, id } = await page('The oven is on fire')
  for (const step of [2, 3, 4]) {
    await hasten(id)
    await untilStep(conversation, step)
  }
  const [found] = await pagesOf(conversation)
  const order = found?.calls.toReversed().map(({ step, tier, member }) => [step, tier, member.name])
  expect(order).toEqual([
    [1, 'on-call', 'responder 2'],
    [2, 'on-call', 'responder 3'],
    [3, 'owner', 'Olga'],
    [4, 'owner', 'Olga'],
  ])
  const pause = new Date(found?.nextAt ?? 0).getTime() - Date.now()
  expect(pause, 'owners are called slowly after their round').toBeGreaterThan(25 * 60_000)
  const path = `/api/v1/pages/${id}/acknowledgement`
  expect((await desk.request(analyst, 'POST', path)).status).toBe(403)
  const taken = PageView.parse((await desk.request(bob, 'POST', path)).body)
  expect(taken).toMatchObject({
    state: 'acknowledged',
    acknowledged: { name: 'responder 3', via: 'app' },
  })
  const again = PageView.parse((await desk.request(ana, 'POST', path)).body)
  expect(again.acknowledged?.name).toBe('responder 3')
  await hasten(id)
  const audit = JSON.stringify((await desk.request(admin, 'GET', '/api/v1/audit')).body)
  expect(audit.split('page.acknowledged')).toHaveLength(2)
})

it('takes mails back that did not go out when somebody takes the page up', async () => {
  const { conversation, id } = await page('The cellar is under water')
  expect((await mailsTo(ana, conversation)).map(({ state }) => state)).toEqual(['waiting'])
  await desk.request(bob, 'POST', `/api/v1/pages/${id}/acknowledgement`)
  expect(await mailsTo(ana, conversation)).toEqual([])
  expect((await pagesOf(conversation))[0]?.calls.map(({ state }) => state)).toEqual(['withdrawn'])
})

it('takes a page up by one press of the link in the mail, never by opening it', async () => {
  const { conversation } = await page('The gas smells')
  const [mail] = await mailsTo(ana, conversation)
  expect(mail?.subject).toBe('The Corner Shop: you are needed now')
  expect(mail?.text).not.toContain('gas')
  const link = /\/page\/([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? ''
  for (let looked = 0; looked < 3; looked++) {
    const asked = await desk.request(null, 'GET', `/page/${link}`)
    expect(asked.status).toBe(200)
    expect(asked.body).toContain('<form method="post">')
  }
  expect((await pagesOf(conversation))[0]?.state).toBe('open')
  expect((await desk.request(null, 'HEAD', `/page/${link}`)).status).toBeLessThan(500)
  expect((await pagesOf(conversation))[0]?.state).toBe('open')
  const forged = `${link.slice(0, -2)}${link.endsWith('AA') ? 'BB' : 'AA'}`
  expect((await desk.request(null, 'POST', `/page/${forged}`)).status).toBe(404)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const pressed = await desk.request(null, 'POST', `/page/${link}`, '', form)
  expect(pressed.body).toContain('nobody else is called')
  const [taken] = await pagesOf(conversation)
  expect(taken?.acknowledged).toMatchObject({ name: 'responder 2', via: 'mail' })
  const after = await desk.request(null, 'GET', `/page/${link}`)
  expect(after.body).toContain('responder 2 has taken it up already')
  expect(after.body).not.toContain('<form')
  const stored = await asServerOwner(
    desk.database.url,
    `select encode(token_hash, 'base64') as hash from page_calls where token_hash is not null`,
  )
  expect(JSON.stringify(stored)).not.toContain(link.slice(22))
  await asServerOwner(desk.database.url, 'update page_calls set token_ends_at = now()')
  expect((await desk.request(null, 'GET', `/page/${link}`)).status).toBe(404)
})

it('is taken up by whoever answers, and ended by an answer that nobody was called for', async () => {
  const first = await page('Is the lift stuck?')
  const answer = await desk.request(
    bob,
    'POST',
    `/api/v1/conversations/${first.conversation}/replies`,
    { text: 'We are on our way to you now.' },
  )
  expect(answer.status).toBe(202)
  expect((await pagesOf(first.conversation))[0]?.acknowledged).toMatchObject({
    name: 'responder 3',
    via: 'reply',
  })
  const second = await page('Is the door stuck?')
  await desk.request(admin, 'PATCH', `/api/v1/conversations/${second.conversation}`, {
    state: 'done',
  })
  expect((await pagesOf(second.conversation))[0]?.state).toBe('done')
  const third = await page('Is the window stuck?')
  await setSeverity(third.conversation, null)
  expect((await pagesOf(third.conversation))[0]?.state).toBe('eased')
})

it('pages anew for what the customer says long after it was taken up, and not for what comes soon', async () => {
  const { post, conversation } = await desk.customerAsks('The roof leaks on the machines')
  await setSeverity(conversation, 'urgent')
  await untilStep(conversation, 1)
  const [opened] = await pagesOf(conversation)
  await desk.request(bob, 'POST', `/api/v1/pages/${opened?.id}/acknowledgement`)
  const { url } = desk.database
  const as = await authorOf(conversation)
  await desk.control('POST', '/practice/posts', { as, text: '@shop and it rains', reply_to: post })
  const look = () =>
    asServerOwner(url, 'select run_at from graphile_worker._private_jobs where key = $1', [
      `page-look:${conversation}`,
    ])
  await vi.waitFor(async () => expect(await look()).toHaveLength(1), 30_000)
  expect(await pagesOf(conversation)).toHaveLength(1)
  await asServerOwner(
    url,
    `update pages set ended_at = ended_at - interval '31 minutes' where id = $1`,
    [opened?.id],
  )
  await asServerOwner(
    url,
    'update graphile_worker._private_jobs set run_at = now() where key = $1',
    [`page-look:${conversation}`],
  )
  await expect.poll(async () => (await pagesOf(conversation)).length).toBe(2)
})

it('pages by the reply times while nothing else is chosen, and nobody for what keeps office hours', async () => {
  await setRota([ana, bob], { severities: null })
  const { conversation } = await desk.customerAsks('Is it urgent or not?')
  await setSeverity(conversation, 'urgent')
  expect(await pagesOf(conversation)).toEqual([])
  await setSeverity(conversation, null)
  const { policy } = ReplyPolicyView.parse((await desk.api('GET', '/api/v1/reply-policy')).body)
  const rules = [{ when: { severity: 'urgent' }, ignoresOfficeHours: true }]
  const saved = await desk.api('PUT', '/api/v1/reply-policy', { policy: { ...policy, rules } })
  expect(saved.status).toBe(200)
  const view = OnCallView.parse((await desk.api('GET', '/api/v1/on-call')).body)
  expect(view.byReplyTimes).toEqual(['urgent'])
  await setSeverity(conversation, 'urgent')
  await untilStep(conversation, 1)
  await setSeverity(conversation, 'high')
  expect((await pagesOf(conversation))[0]?.state).toBe('eased')
  await setRota([ana, bob])
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
  }, 20_000)
  return { browser, made, publicKey: settings.publicKey }
}

const drop = (person: Person, id: string) =>
  desk.request(person, 'DELETE', `/api/v1/push-subscriptions/${id}`)

it('sends what only the browser’s own keys open, signed as RFC 8292 has it', async () => {
  const { browser, made } = await subscribe(ana)
  const other = await subscribe(ana)
  expect(other.publicKey).toBe((await subscribe(ana)).publicKey)
  const { conversation } = await page('The alarm does not stop')
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
    .poll(async () => (await pagesOf(conversation))[0]?.calls.filter(({ way }) => way === 'push'))
    .toMatchObject([{ state: 'sent' }, { state: 'sent' }, { state: 'sent' }])
  const settings = await desk.request(ana, 'GET', '/api/v1/push-subscriptions')
  for (const { id } of PushSettings.parse(settings.body).items) await drop(ana, id)
  expect(JSON.stringify(settings.body)).not.toContain(new URL(browser.endpoint).pathname)
  expect((await drop(ana, made.id)).status).toBe(404)
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
  const { made } = await subscribe(ana)
  push.answer((response) => void response.writeHead(503).end())
  const { conversation, id } = await page('The freezer thaws')
  const pushed = async () =>
    (await pagesOf(conversation))[0]?.calls.filter(({ way, step }) => way === 'push' && step === 1)
  await expect.poll(async () => (await pushed())?.[0]?.problem).toContain('503')
  expect((await pushed())?.[0]?.state).toBe('waiting')
  // The next person is called all the same.
  await hasten(id)
  await untilStep(conversation, 2)
  push.answer(null)
  await expect.poll(async () => (await pushed())?.[0]?.state, { timeout: 30_000 }).toBe('sent')
  push.answer((response) => void response.writeHead(410).end())
  const tested = await desk.request(ana, 'POST', `/api/v1/push-subscriptions/${made.id}/test`)
  expect(tested.body).toMatchObject({ outcome: 'gone' })
  const left = await desk.request(ana, 'GET', '/api/v1/push-subscriptions')
  expect(PushSettings.parse(left.body).items).toEqual([])
  await desk.request(ana, 'POST', `/api/v1/pages/${id}/acknowledgement`)
})

it('refuses addresses that may not be called, and keeps everybody to their own browsers', async () => {
  const { made, browser } = await subscribe(bob)
  const keys = browser.keys
  for (const endpoint of ['https://10.0.0.7/push', 'http://push.example/x', 'nowhere']) {
    const body = { endpoint, keys, locale: 'en' }
    const answer = await desk.request(bob, 'POST', '/api/v1/push-subscriptions', body)
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'endpoint' }] } })
  }
  const short = { endpoint: browser.endpoint, keys: { ...keys, auth: 'AAAA' }, locale: 'en' }
  expect((await desk.request(bob, 'POST', '/api/v1/push-subscriptions', short)).status).toBe(400)
  expect((await drop(ana, made.id)).status).toBe(404)
  const path = `/api/v1/push-subscriptions/${made.id}/test`
  expect((await desk.request(ana, 'POST', path)).status).toBe(404)
  expect((await desk.request(bob, 'POST', path)).body).toEqual({ outcome: 'sent', problem: null })
  expect(JSON.parse(push.taken[0]?.text ?? '{}')).toMatchObject({ title: 'O probă de la Parley' })
  expect((await drop(bob, made.id)).status).toBe(204)
})

it('tells addresses when a page begins, when the next is called and when it is taken up', async () => {
  const events = ['page.opened', 'page.escalated', 'page.acknowledged']
  const made = await vi.waitFor(async () => {
    const answer = await desk.api('POST', '/api/v1/webhooks', { url: receiver.url, events })
    return NewWebhook.parse(answer.body)
  }, 20_000)
  const { conversation, id } = await page('The pump is silent')
  await hasten(id)
  await untilStep(conversation, 2)
  await desk.request(bob, 'POST', `/api/v1/pages/${id}/acknowledgement`)
  const told = () => receiver.heard.map(readBody).filter(({ data }) => data.pageId === id)
  await expect
    .poll(() =>
      told()
        .map(({ type }) => type)
        .sort(),
    )
    .toEqual(events.toSorted())
  expect(told()[0]?.data.conversationId).toBe(conversation)
  expect(JSON.stringify(told())).not.toContain('pump')
  await desk.api('DELETE', `/api/v1/webhooks/${made.id}`)
})

it('opens one page however many write at once, and a lost job is not its end', async () => {
  const { post, conversation } = await desk.customerAsks('The floor gives way')
  await Promise.all(['urgent', 'urgent', 'urgent'].map((one) => setSeverity(conversation, one)))
  await untilStep(conversation, 1)
  const as = await authorOf(conversation)
  for (const text of ['@shop hello', '@shop anybody'])
    await desk.control('POST', '/practice/posts', { as, text, reply_to: post })
  await expect.poll(async () => messageCount(conversation)).toBe(3)
  const [only, ...more] = await pagesOf(conversation)
  expect(more).toEqual([])
  const { url, db, dispatch } = desk.database
  await asServerOwner(url, 'delete from graphile_worker._private_jobs where key = $1', [
    `page:${only?.id}`,
  ])
  await asServerOwner(
    url,
    `update pages set next_at = now() - interval '5 minutes' where id = $1`,
    [only?.id],
  )
  await sweepPages({ database: { db, dispatch }, clock: () => new Date() })
  await untilStep(conversation, 2)
})
