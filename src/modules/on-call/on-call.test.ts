import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { ReplyPolicyView } from '../../../contract/clock.ts'
import { RuleId } from '../../../contract/ids.ts'
import { CallOrder, OnCallView } from '../../../contract/on-call.ts'
import { PageView } from '../../../contract/pages.ts'
import { NewWebhook } from '../../../contract/webhooks.ts'
import { allowOrigin, asServerOwner, type Desk } from '../../../test/desk.ts'
import { type Receiver, readBody, startReceiver } from '../../../test/webhook-receiver.ts'
import { newId } from '../../platform/ids.ts'
import { openPagingDesk, type PagingDesk } from './paging-desk.fixture.ts'
import { sweepPages } from './take-step.ts'

let world: PagingDesk
let people: PagingDesk['people']
let desk: Desk
let receiver: Receiver

beforeAll(async () => {
  world = await openPagingDesk()
  ;({ desk, people } = world)
  receiver = await startReceiver()
  await allowOrigin(desk.database.url, receiver.origin)
})
afterAll(async () => {
  expect(desk.log.errors()).toEqual([])
  await desk.close()
  await receiver.close()
})

it('pages whom the rota names in order, by the clock on the wall, and the owners after them', async () => {
  const view = await world.setRota([], {
    rota: [
      {
        memberId: people.bob.memberId,
        shift: { days: ['sat', 'sun'], from: '00:00', to: '24:00', timeZone: 'Europe/Bucharest' },
      },
      { memberId: people.ana.memberId, shift: null },
    ],
  })
  expect(view.settings.rota).toHaveLength(2)
  const ask = async (at: string) => {
    const body = { rota: view.settings.rota, at }
    const answer = await desk.request(people.analyst, 'POST', '/api/v1/on-call/preview', body)
    return CallOrder.parse(answer.body)
  }
  const saturday = await ask('2026-11-21T12:00:00Z')
  expect(saturday.onCall.map(({ id }) => id)).toEqual([people.bob.memberId, people.ana.memberId])
  expect(saturday.owners.map(({ name }) => name)).toEqual(['Olga'])
  expect((await ask('2026-11-23T12:00:00Z')).onCall.map(({ id }) => id)).toEqual([
    people.ana.memberId,
  ])
  await world.setRota([people.ana, people.bob])
})

it('lets owners and admins set it, and refuses who cannot be called, naming the entry', async () => {
  const good = { rota: [], severities: null, stepMinutes: 5, repeats: 2 }
  expect((await desk.request(people.ana, 'PUT', '/api/v1/on-call', good)).status).toBe(403)
  for (const [field, wrong] of [
    ['rota.0.memberId', { rota: [{ memberId: people.analyst.memberId, shift: null }] }],
    ['stepMinutes', { stepMinutes: 0 }],
    ['repeats', { repeats: 21 }],
  ] as const) {
    const answer = await desk.request(people.admin, 'PUT', '/api/v1/on-call', { ...good, ...wrong })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } })
  }
  const view = OnCallView.parse((await desk.request(people.analyst, 'GET', '/api/v1/on-call')).body)
  expect(view.can.change).toBe(false)
  expect(view.settings.rota.map(({ memberId }) => memberId)).toEqual([
    people.ana.memberId,
    people.bob.memberId,
  ])
})

it('calls the first, then the next, then the owners, until somebody takes it up', async () => {
  const { conversation, id } = await world.page('The oven is on fire')
  for (const step of [2, 3, 4]) {
    await world.hasten(id)
    await world.untilStep(conversation, step)
  }
  const [found] = await world.pagesOf(conversation)
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
  expect((await desk.request(people.analyst, 'POST', path)).status).toBe(403)
  const taken = PageView.parse((await desk.request(people.bob, 'POST', path)).body)
  expect(taken).toMatchObject({
    state: 'acknowledged',
    acknowledged: { name: 'responder 3', via: 'app' },
  })
  const again = PageView.parse((await desk.request(people.ana, 'POST', path)).body)
  expect(again.acknowledged?.name).toBe('responder 3')
  await world.hasten(id)
  const audit = JSON.stringify((await desk.request(people.admin, 'GET', '/api/v1/audit')).body)
  expect(audit.split('page.acknowledged')).toHaveLength(2)
})

it('takes mails back that did not go out when somebody takes the page up', async () => {
  const { conversation, id } = await world.page('The cellar is under water')
  expect((await world.mailsTo(people.ana, conversation)).map(({ state }) => state)).toEqual([
    'waiting',
  ])
  await desk.request(people.bob, 'POST', `/api/v1/pages/${id}/acknowledgement`)
  expect(await world.mailsTo(people.ana, conversation)).toEqual([])
  expect((await world.pagesOf(conversation))[0]?.calls.map(({ state }) => state)).toEqual([
    'withdrawn',
  ])
})

it('takes a page up by one press of the link in the mail, never by opening it', async () => {
  const { conversation } = await world.page('The gas smells')
  const [mail] = await world.mailsTo(people.ana, conversation)
  expect(mail?.subject).toBe('The Corner Shop: you are needed now')
  expect(mail?.text).not.toContain('gas')
  const link = /\/page\/([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? ''
  for (let looked = 0; looked < 3; looked++) {
    const asked = await desk.request(null, 'GET', `/page/${link}`)
    expect(asked.status).toBe(200)
    expect(asked.body).toContain('<form method="post">')
  }
  expect((await world.pagesOf(conversation))[0]?.state).toBe('open')
  expect((await desk.request(null, 'HEAD', `/page/${link}`)).status).toBeLessThan(500)
  expect((await world.pagesOf(conversation))[0]?.state).toBe('open')
  const forged = `${link.slice(0, -2)}${link.endsWith('AA') ? 'BB' : 'AA'}`
  expect((await desk.request(null, 'POST', `/page/${forged}`)).status).toBe(404)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const pressed = await desk.request(null, 'POST', `/page/${link}`, '', form)
  expect(pressed.body).toContain('nobody else is called')
  const [taken] = await world.pagesOf(conversation)
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
  const first = await world.page('Is the lift stuck?')
  const answer = await desk.request(
    people.bob,
    'POST',
    `/api/v1/conversations/${first.conversation}/replies`,
    { text: 'We are on our way to you now.' },
  )
  expect(answer.status).toBe(202)
  expect((await world.pagesOf(first.conversation))[0]?.acknowledged).toMatchObject({
    name: 'responder 3',
    via: 'reply',
  })
  const second = await world.page('Is the door stuck?')
  await desk.request(people.admin, 'PATCH', `/api/v1/conversations/${second.conversation}`, {
    state: 'done',
  })
  expect((await world.pagesOf(second.conversation))[0]?.state).toBe('done')
  const third = await world.page('Is the window stuck?')
  await world.setSeverity(third.conversation, null)
  expect((await world.pagesOf(third.conversation))[0]?.state).toBe('eased')
})

it('pages anew for what the customer says long after it was taken up, and not for what comes soon', async () => {
  const { post, conversation } = await desk.customerAsks('The roof leaks on the machines')
  await world.setSeverity(conversation, 'urgent')
  await world.untilStep(conversation, 1)
  const [opened] = await world.pagesOf(conversation)
  await desk.request(people.bob, 'POST', `/api/v1/pages/${opened?.id}/acknowledgement`)
  const { url } = desk.database
  await world.says(conversation, post, 'and it rains')
  const look = () =>
    asServerOwner(url, 'select run_at from graphile_worker._private_jobs where key = $1', [
      `page-look:${conversation}`,
    ])
  await vi.waitFor(async () => expect(await look()).toHaveLength(1), 60_000)
  expect(await world.pagesOf(conversation)).toHaveLength(1)
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
  await expect.poll(async () => (await world.pagesOf(conversation)).length).toBe(2)
})

it('pages by the reply times while nothing else is chosen, and nobody for what keeps office hours', async () => {
  await world.setRota([people.ana, people.bob], { severities: null })
  const { conversation } = await desk.customerAsks('Is it urgent or not?')
  await world.setSeverity(conversation, 'urgent')
  expect(await world.pagesOf(conversation)).toEqual([])
  await world.setSeverity(conversation, null)
  const { policy } = ReplyPolicyView.parse((await desk.api('GET', '/api/v1/reply-policy')).body)
  const rules = [{ when: { severity: 'urgent' }, ignoresOfficeHours: true }]
  const saved = await desk.api('PUT', '/api/v1/reply-policy', { policy: { ...policy, rules } })
  expect(saved.status).toBe(200)
  const view = OnCallView.parse((await desk.api('GET', '/api/v1/on-call')).body)
  expect(view.byReplyTimes).toEqual(['urgent'])
  await world.setSeverity(conversation, 'urgent')
  await world.untilStep(conversation, 1)
  await world.setSeverity(conversation, 'high')
  expect((await world.pagesOf(conversation))[0]?.state).toBe('eased')
  await world.setRota([people.ana, people.bob])
})

it('goes with a conversation that is merged into another, and back when that is undone', async () => {
  const as = `twice${Date.now()}`
  const first = await desk.customerAsks('The boiler drips', { as })
  const second = await world.page('The boiler is about to burst', { as })
  const path = `/api/v1/conversations/${first.conversation}`
  const merged = await desk.api('POST', `${path}/merge`, { otherIds: [second.conversation] })
  expect(merged.status, JSON.stringify(merged.body)).toBe(200)
  const [moved, ...more] = await world.pagesOf(first.conversation)
  expect(more).toEqual([])
  expect(moved).toMatchObject({ id: second.id, state: 'open' })
  expect(await world.pagesOf(second.conversation)).toEqual([])
  await world.hasten(second.id)
  await world.untilStep(first.conversation, 2)
  const { move } = z.object({ move: z.object({ id: z.uuid() }) }).parse(merged.body)
  const undone = await desk.api('POST', `${path}/moves/${move.id}/undo`)
  expect(undone.status, JSON.stringify(undone.body)).toBe(200)
  expect((await world.pagesOf(second.conversation)).map(({ id }) => id)).toEqual([second.id])
  expect(await world.pagesOf(first.conversation)).toEqual([])
})

it('pages for a new conversation that only a rule has looked at', async () => {
  const rule = {
    id: newId(RuleId),
    name: 'Smoke',
    when: { words: { of: 'any', list: ['smoke'] } },
    give: { severity: 'urgent' },
  }
  await desk.api('POST', '/api/v1/routing/trial', { rules: [rule], last: 10 })
  const live = await desk.api('POST', '/api/v1/routing/live', { rules: [rule], basedOn: null })
  expect(live.status, JSON.stringify(live.body)).toBe(200)
  const { conversation } = await desk.customerAsks('There is smoke in the hall')
  const page = await world.untilStep(conversation, 1)
  expect(page).toMatchObject({ severity: 'urgent', state: 'open' })
})

it('tells addresses when a page begins, when the next is called and when it is taken up', async () => {
  const events = ['page.opened', 'page.escalated', 'page.acknowledged']
  const made = await vi.waitFor(async () => {
    const answer = await desk.api('POST', '/api/v1/webhooks', { url: receiver.url, events })
    return NewWebhook.parse(answer.body)
  }, 120_000)
  const { conversation, id } = await world.page('The pump is silent')
  await world.hasten(id)
  await world.untilStep(conversation, 2)
  await desk.request(people.bob, 'POST', `/api/v1/pages/${id}/acknowledgement`)
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
  await Promise.all(
    ['urgent', 'urgent', 'urgent'].map((one) => world.setSeverity(conversation, one)),
  )
  await world.untilStep(conversation, 1)
  for (const text of ['hello', 'anybody']) await world.says(conversation, post, text)
  await expect.poll(async () => (await world.read(conversation)).messageCount).toBe(3)
  const [only, ...more] = await world.pagesOf(conversation)
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
  await world.untilStep(conversation, 2)
})
