import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { Department } from '../../../contract/departments.ts'
import { listOf } from '../../../contract/http.ts'
import type { WebhookCallId, WebhookId } from '../../../contract/ids.ts'
import { NewWebhook, Webhook, WebhookCall } from '../../../contract/webhooks.ts'
import { allowOrigin, asServerOwner, type Desk, openDesk } from '../../../test/desk.ts'
import {
  isSignedBy,
  type Receiver,
  readBody,
  startReceiver,
} from '../../../test/webhook-receiver.ts'
import { createKey, createOwner } from '../members/index.ts'

let desk: Desk
let receiver: Receiver
const secrets: string[] = []

beforeAll(async () => {
  desk = await openDesk()
  receiver = await startReceiver()
  await allowOrigin(desk.database.url, receiver.origin)
  // The list of allowed origins is read every two seconds.
  await vi.waitFor(async () => {
    const made = await create({ url: receiver.url, events: ['reply.failed'] })
    expect(made.status).toBe(201)
  }, 120_000)
})
beforeEach(async () => {
  for (const { id } of await list()) await desk.api('DELETE', `/api/v1/webhooks/${id}`)
  receiver.heard.length = 0
  receiver.answer((response) => void response.end('thanks'))
})
afterAll(async () => {
  await desk.close()
  await receiver.close()
})

const create = (body: unknown) => desk.api('POST', '/api/v1/webhooks', body)

async function listenFor(events: string[], url = receiver.url): Promise<NewWebhook> {
  const made = NewWebhook.parse((await create({ url, events })).body)
  secrets.push(made.secret)
  return made
}

async function list(): Promise<Webhook[]> {
  return listOf(Webhook).parse((await desk.api('GET', '/api/v1/webhooks')).body).items
}

async function calls(id: WebhookId): Promise<WebhookCall[]> {
  const answer = await desk.api('GET', `/api/v1/webhooks/${id}/calls`)
  return listOf(WebhookCall).parse(answer.body).items
}

async function sendTest(id: WebhookId): Promise<WebhookCallId> {
  const answer = await desk.api('POST', `/api/v1/webhooks/${id}/test`)
  expect(answer.status).toBe(202)
  return WebhookCall.parse(answer.body).id
}

const stateOf = async (webhook: WebhookId, call: WebhookCallId) =>
  (await calls(webhook)).find(({ id }) => id === call)

/** The pauses between tries are over. */
async function hasten(): Promise<void> {
  const { url } = desk.database
  await asServerOwner(url, "update webhook_calls set next_at = now() - interval '1 second'")
  await asServerOwner(url, 'update webhook_endpoints set rest_until = null')
  await asServerOwner(
    url,
    `update graphile_worker._private_jobs set run_at = now() where key like 'webhook:%'`,
  )
}

it('tells of what happens, signed, in ids and types only, and of nothing it was not asked to', async () => {
  const all = ['conversation.opened', 'message.received', 'reply.sent', 'conversation.changed']
  const webhook = await listenFor(all)
  const asked = await desk.customerAsks('Is the blue mug still there?')
  const reply = await desk.reply(asked.conversation, { text: 'Two of them, on the shelf.' })
  await desk.until(reply.id, ['sent'])
  await desk.api('PATCH', `/api/v1/conversations/${asked.conversation}`, { state: 'done' })
  const types = () => receiver.heard.map((one) => readBody(one).type).sort()
  await expect.poll(types).toEqual(all.toSorted())
  for (const heard of receiver.heard) {
    expect(await isSignedBy(webhook.secret, heard)).toBe(true)
    expect(await isSignedBy(webhook.secret, { ...heard, body: `${heard.body} ` })).toBe(false)
    expect(Math.abs(Number(heard.timestamp) - Date.now() / 1000)).toBeLessThan(60)
    expect(heard.body).not.toMatch(/mug|shelf/)
    const { data } = readBody(heard)
    expect(data.conversationId).toBe(asked.conversation)
    const told = await desk.api('GET', new URL(data.url ?? '').pathname)
    expect(told.status).toBe(200)
  }
  const sent = receiver.heard.map(readBody).find(({ type }) => type === 'reply.sent')
  expect(sent?.data.deliveryId).toBe(reply.id)
  expect(new Set(receiver.heard.map(({ id }) => id)).size).toBe(4)
})

it('tells of a reply that the network refused, and of a hand-over', async () => {
  await listenFor(['reply.failed', 'conversation.changed'])
  const asked = await desk.customerAsks('Is this still here?')
  const text = 'An answer to something that is gone'
  const reply = await desk.reply(asked.conversation, { text, undoSeconds: 5 })
  await desk.control('DELETE', `/practice/posts/${asked.post}`)
  await desk.until(reply.id, ['failed'])
  const made = await desk.api('POST', '/api/v1/departments', { name: 'Till' })
  const departmentId = Department.parse(made.body).id
  const path = `/api/v1/conversations/${asked.conversation}/hand-over`
  await desk.api('POST', path, { departmentId, note: 'For you.' })
  const told = () => receiver.heard.map(readBody)
  await expect
    .poll(() => told().map(({ type }) => type))
    .toEqual(['reply.failed', 'conversation.changed'])
  const [failed] = told()
  expect(failed?.data).toMatchObject({ deliveryId: reply.id, state: 'failed' })
})

it('tells nothing to whoever wants other events, is paused or belongs to another workspace', async () => {
  const other = await listenFor(['reply.failed'])
  const paused = await listenFor(['message.received'])
  await desk.api('PATCH', `/api/v1/webhooks/${paused.id}`, { active: false })
  const deps = { db: desk.database.db, clock: () => new Date() }
  const neighbour = await createOwner(deps, {
    business: 'Next door',
    name: 'Nina',
    email: `nina${Date.now()}@example.com`,
    password: 'marmalade tram window',
  })
  const actor = { kind: 'operator', workspaceId: neighbour.workspaceId, name: 'operator' } as const
  const { key } = await createKey(deps, actor, { name: 'theirs', scopes: ['all'] })
  const theirs = await desk.request({ key }, 'POST', '/api/v1/webhooks', {
    url: receiver.url,
    events: ['message.received', 'conversation.opened'],
  })
  expect(theirs.status).toBe(201)
  const ours = await listenFor(['message.received'])
  await desk.customerAsks('Do you open on Monday?')
  await expect.poll(() => receiver.heard.length).toBe(1)
  const rows = await asServerOwner(
    desk.database.url,
    'select endpoint_id from webhook_calls where endpoint_id = any($1)',
    [[other.id, paused.id, ours.id, NewWebhook.parse(theirs.body).id]],
  )
  expect(rows).toEqual([{ endpoint_id: ours.id }])
})

it('tries again after an error and a cut connection, under the same id and body', async () => {
  const { id, secret } = await listenFor(['reply.sent'])
  receiver.answer((response) => void response.writeHead(500).end('the till is broken'))
  const call = await sendTest(id)
  await expect.poll(async () => (await stateOf(id, call))?.last?.status).toBe(500)
  const failed = await stateOf(id, call)
  expect(failed).toMatchObject({
    state: 'waiting',
    tries: 1,
    last: { answer: 'the till is broken' },
  })
  const pause = new Date(failed?.nextAt ?? 0).getTime() - new Date(failed?.last?.at ?? 0).getTime()
  expect(pause).toBeGreaterThanOrEqual(5000)
  receiver.answer((_response, request) => void request.socket.destroy())
  await expect.poll(async () => (await stateOf(id, call))?.tries).toBe(2)
  await expect
    .poll(async () => (await stateOf(id, call))?.last?.problem)
    .toMatch(/the connection broke/)
  receiver.answer((response) => void response.writeHead(204).end())
  await hasten()
  await expect.poll(async () => (await stateOf(id, call))?.state).toBe('sent')
  const [first, ...later] = receiver.heard
  expect(later).toHaveLength(2)
  for (const one of later) expect([one.id, one.body]).toEqual([first?.id, first?.body])
  for (const one of receiver.heard) expect(await isSignedBy(secret, one)).toBe(true)
})

it('follows no redirect and keeps only the beginning of an answer', async () => {
  const { id } = await listenFor(['reply.sent'])
  receiver.answer((response) => void response.writeHead(307, { location: '/elsewhere' }).end())
  const redirected = await sendTest(id)
  await expect.poll(async () => (await stateOf(id, redirected))?.last?.status).toBe(307)
  expect(receiver.heard).toHaveLength(1)
  receiver.answer((response) => void response.end('x'.repeat(100_000)))
  const long = await sendTest(id)
  await expect.poll(async () => (await stateOf(id, long))?.state).toBe('sent')
  expect((await stateOf(id, long))?.last?.answer).toBe('x'.repeat(1000))
})

it('pauses an address that says it is gone, tells why, and goes on when a member resumes it', async () => {
  const { id } = await listenFor(['message.received'])
  receiver.answer((response) => void response.writeHead(410).end())
  await desk.customerAsks('Are you there?')
  await expect.poll(async () => (await list())[0]?.state).toBe('paused')
  const [gone] = await list()
  expect(gone?.pausedWhy).toContain('410')
  const audit = JSON.stringify((await desk.api('GET', '/api/v1/audit')).body)
  expect(audit).toContain('webhook.paused')
  receiver.answer((response) => void response.end())
  const resumed = await desk.api('PATCH', `/api/v1/webhooks/${id}`, { active: true })
  expect(Webhook.parse(resumed.body)).toMatchObject({ state: 'active', pausedWhy: null })
  const [call] = await calls(id)
  expect(call?.state).toBe('failed')
  await desk.api('POST', `/api/v1/webhook-calls/${call?.id}/again`)
  await expect.poll(async () => (await calls(id))[0]).toMatchObject({ state: 'sent', tries: 2 })
  expect(new Set(receiver.heard.map((one) => one.id)).size).toBe(1)
})

it('pauses an address for which three days of tries failed', async () => {
  const { id } = await listenFor(['reply.sent'])
  receiver.answer((response) => void response.writeHead(503).end())
  const call = await sendTest(id)
  await expect.poll(async () => (await stateOf(id, call))?.tries).toBe(1)
  await asServerOwner(desk.database.url, 'update webhook_calls set round_tries = 9 where id = $1', [
    call,
  ])
  await hasten()
  await expect.poll(async () => (await stateOf(id, call))?.state).toBe('failed')
  expect((await list())[0]?.pausedWhy).toContain('three days')
})

it('forgets what is older than thirty days', async () => {
  const { id } = await listenFor(['reply.sent'])
  const old = await sendTest(id)
  await expect.poll(async () => (await stateOf(id, old))?.state).toBe('sent')
  await asServerOwner(
    desk.database.url,
    "update webhook_calls set created_at = now() - interval '31 days' where id = $1",
    [old],
  )
  await sendTest(id)
  const left = () =>
    asServerOwner(desk.database.url, 'select id from webhook_calls where id = $1', [old])
  await expect.poll(left).toEqual([])
})

it('refuses addresses that may not be called, naming the field and the remedy', async () => {
  const bad = [
    'ftp://shop.example/hook',
    'http://shop.example/hook',
    'https://10.0.0.7/hook',
    'https://user:pass@shop.example/',
    'shop',
  ]
  for (const url of bad) {
    const answer = await create({ url, events: ['reply.sent'] })
    expect([url, answer.status]).toEqual([url, 400])
    expect(JSON.stringify(answer.body)).toContain('"field":"url"')
  }
  expect((await create({ url: receiver.url, events: ['reply.read'] })).status).toBe(400)
  expect((await create({ url: receiver.url, events: [] })).status).toBe(400)
  expect(await list()).toEqual([])
})

it('shows a secret once: no later answer, row, audit entry or line of the log has it', async () => {
  const { id } = await listenFor(['reply.sent'])
  await sendTest(id)
  await expect.poll(async () => (await calls(id))[0]?.state).toBe('sent')
  const { url } = desk.database
  const seen = JSON.stringify([
    await list(),
    await calls(id),
    (await desk.api('GET', '/api/v1/audit')).body,
    (await desk.api('PATCH', `/api/v1/webhooks/${id}`, { active: true })).body,
    await asServerOwner(url, 'select * from webhook_endpoints'),
    await asServerOwner(url, 'select * from webhook_calls'),
    await asServerOwner(url, 'select payload::text from graphile_worker._private_jobs'),
    desk.log.text(),
  ])
  for (const secret of secrets) expect(seen).not.toContain(secret.replace('whsec_', ''))
  await desk.api('DELETE', `/api/v1/webhooks/${id}`)
  const kept = await asServerOwner(url, "select id from secrets where purpose = 'webhook'")
  // Only the neighbour's is left.
  expect(kept).toHaveLength(1)
})
