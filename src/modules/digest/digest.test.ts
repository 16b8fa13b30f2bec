import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Conversation } from '../../../contract/conversations.ts'
import { Digest, Threshold } from '../../../contract/digest.ts'
import { type Desk, openDesk } from '../../../test/desk.ts'
import type { Person } from '../../../test/http.ts'
import { createTestLog } from '../../../test/log.ts'
import { teamOf } from '../../../test/team.ts'
import { loadKeyring } from '../../platform/crypto.ts'
import { inWorkspace } from '../../platform/db.ts'
import { checkAllThresholds } from './check-thresholds.ts'
import { readDigest } from './read-digest.ts'
import { type CallDeps, sendDigests } from './send-digests.ts'
import { readUnsubscribeToken, unsubscribeToken } from './unsubscribe-token.ts'

let desk: Desk
let owner: Person
let helper: Person
let home: string
let deps: CallDeps
let now = new Date()
const publicUrl = 'https://parley.example'

beforeAll(async () => {
  desk = await openDesk()
  const team = teamOf(desk)
  owner = await team.member('admin')
  helper = await team.member('responder')
  home = await mkdtemp(join(tmpdir(), 'parley-digest-'))
  const keyring = await loadKeyring(join(home, 'keys'))
  const { database } = desk
  deps = { database, clock: () => now, keyring, publicUrl, log: createTestLog().log }
})
afterAll(async () => {
  await desk.close()
  await rm(home, { recursive: true })
})

function never(): never {
  throw new Error('it was asked')
}

/** Mails in line to somebody, oldest first. */
async function mailsTo(person: Person) {
  return inWorkspace(desk.database.db, owner.workspaceId, (tx) =>
    tx
      .selectFrom('outgoing_mails')
      .select(['subject', 'text', 'html', 'unsubscribe', 'dedupe_key'])
      .where('to_address', '=', person.email)
      .orderBy('id')
      .execute(),
  )
}

async function subscribe(person: Person, body: object) {
  return desk.request(person, 'PUT', '/api/v1/digest/subscription', body)
}

it('lists who waits longest, what is urgent and what is most heard, with first words', async () => {
  const first = await desk.customerAsks(`Where is my parcel? ${'It is late. '.repeat(25)}`)
  const urgent = await desk.customerAsks('The oven is on fire')
  await desk.customerAsks('and it smokes', { reply_to: urgent.post })
  const path = `/api/v1/conversations/${urgent.conversation}`
  expect((await desk.api('PATCH', path, { severity: 'urgent' })).status).toBe(200)
  const digest = Digest.parse((await desk.request(helper, 'GET', '/api/v1/digest')).body)
  expect(digest.longest.map((item) => item.conversationId)).toContain(first.conversation)
  expect(digest.longest[0]?.words).toMatch(/^.{100,170}…$/u)
  expect(digest.urgent.map((item) => item.conversationId)).toEqual([urgent.conversation])
  expect(digest.heard[0]).toMatchObject({ messages: 2, people: 2 })
  expect(digest.overdue).toEqual([])
})

it('picks out the worst complaints, the best praise and who came back, of the last day only', async () => {
  const harsh =
    'Worst shop ever! You broke my kettle, you lie and nobody answers. Disgusting service!'
  const mild = 'My order came broken and I am disappointed.'
  const kind = 'Thank you so much, you are wonderful, I love the new teapot!'
  const asked = await Promise.all([harsh, mild, kind].map((text) => desk.customerAsks(text)))
  const [worse = never(), bad = never(), nice = never()] = asked.map((one) => one.conversation)
  const digest = async () =>
    Digest.parse((await desk.request(helper, 'GET', '/api/v1/digest')).body)
  const before = await digest()
  const complaints = before.worst.map((item) => item.conversationId)
  expect(complaints).toContain(bad)
  expect(complaints.indexOf(worse)).toBeLessThan(complaints.indexOf(bad))
  expect(complaints).not.toContain(nice)
  expect(before.best).toMatchObject([
    { conversationId: nice, words: expect.stringContaining(kind) },
  ])
  expect(before.wonBack).toEqual([])
  const { body } = await desk.api('GET', `/api/v1/conversations/${worse}`)
  const { person, messages } = Conversation.parse(body)
  const path = `/api/v1/people/${person.id}/win-back`
  for (const state of ['unhappy', 'mended', 'came-back'])
    expect((await desk.api('PUT', path, { state, conversationId: worse })).status).toBe(200)
  // A person knows better than Parley what was meant.
  const [message] = messages
  await desk.api('PUT', `/api/v1/messages/${message?.id}/kind`, { kind: 'other' })
  const after = await digest()
  expect(after.wonBack.map((item) => item.conversationId)).toEqual([worse])
  expect(after.worst.map((item) => item.conversationId)).not.toContain(worse)
  const actor = { kind: 'system', workspaceId: owner.workspaceId, name: 'test' } as const
  const later = await inWorkspace(desk.database.db, owner.workspaceId, (tx) =>
    readDigest(tx, actor, new Date(Date.now() + 25 * 3_600_000)),
  )
  expect([later.worst, later.best, later.wonBack]).toEqual([[], [], []])
})

it('keeps everybody to their own subscription, and refuses an hour that there is not', async () => {
  const own = await desk.request(helper, 'GET', '/api/v1/digest/subscription')
  expect(own.body).toEqual({ on: false, hour: 8, locale: 'en' })
  const wrong = await subscribe(helper, { on: true, hour: 24, locale: 'en' })
  expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: 'hour' }] } })
  expect((await subscribe(owner, { on: true, hour: 9, locale: 'ro' })).status).toBe(200)
  expect((await desk.request(helper, 'GET', '/api/v1/digest/subscription')).body).toEqual(own.body)
})

it('mails the digest once, in the member’s language, while two workers race for it', async () => {
  // The first one falls due tomorrow at 9, on the clock of the workspace.
  now = new Date(Date.now() + 30 * 3_600_000)
  for (let hours = 0; hours < 30; hours++) {
    now = new Date(now.getTime() + 3_600_000)
    await Promise.all([sendDigests(deps), sendDigests(deps), sendDigests(deps)])
    if ((await mailsTo(owner)).length > 0) break
  }
  await Promise.all([sendDigests(deps), sendDigests(deps)])
  const mails = await mailsTo(owner)
  expect(mails).toHaveLength(1)
  const [mail] = mails
  expect(mail?.subject).toContain('ce au spus clienții tăi')
  expect(mail?.text).toContain('The oven is on fire')
  expect(mail?.text).toMatch(/https:\/\/parley\.example\/inbox\/[0-9a-f-]+\?reply=open/)
  expect(mail?.html).toContain('<h2>Urgente</h2>')
  expect(mail?.unsubscribe).toContain(`${publicUrl}/unsubscribe/`)
})

it('passes over a digest that is more than 6 hours late, and sends the next', async () => {
  const [before] = await mailsTo(owner)
  const day = before?.dedupe_key?.slice(-10) ?? ''
  // Nothing ran for two days; then it is 7 hours after the hour.
  const due = new Date(Date.parse(`${day}T09:00:00Z`) + 2 * 86_400_000)
  now = new Date(due.getTime() + 10 * 3_600_000)
  await sendDigests(deps)
  expect(await mailsTo(owner)).toHaveLength(1)
  for (let hours = 0; hours < 24; hours++) {
    now = new Date(now.getTime() + 3_600_000)
    await sendDigests(deps)
  }
  expect(await mailsTo(owner)).toHaveLength(2)
})

it('ends it by one POST without a session, asks first when only looked at, and refuses a forged link', async () => {
  const subscriber = { workspaceId: owner.workspaceId, memberId: owner.memberId }
  const token = unsubscribeToken(deps.keyring, subscriber)
  expect(readUnsubscribeToken(deps.keyring, token)).toEqual(subscriber)
  const other = Buffer.from(token, 'base64url')
  other[3] = (other[3] ?? 0) ^ 1
  expect(readUnsubscribeToken(deps.keyring, other.toString('base64url'))).toBeUndefined()
  const forged = await desk.request(null, 'POST', `/unsubscribe/${token}`)
  expect(forged.status, 'signed by another key').toBe(404)
  const real = await tokenOfDesk()
  const path = `/unsubscribe/${real}`
  const asked = await desk.request(null, 'GET', path)
  expect(asked.body).toContain('<form method="post">')
  const state = async () => (await desk.request(owner, 'GET', '/api/v1/digest/subscription')).body
  expect(await state()).toMatchObject({ on: true })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const done = await desk.request(null, 'POST', path, 'List-Unsubscribe=One-Click', form)
  expect(done).toMatchObject({ status: 200, body: expect.stringContaining('rezumate') })
  expect(await state()).toEqual({ on: false, hour: 9, locale: 'ro' })
  expect((await desk.request(null, 'POST', path, 'x', form)).status).toBe(200)
  const count = (await mailsTo(owner)).length
  now = new Date(now.getTime() + 86_400_000)
  await sendDigests(deps)
  expect(await mailsTo(owner)).toHaveLength(count)
})

/** The desk's own link, from a digest that the program itself sends. */
async function tokenOfDesk(): Promise<string> {
  const keyring = await loadKeyring(desk.keyFile)
  return unsubscribeToken(keyring, { workspaceId: owner.workspaceId, memberId: owner.memberId })
}

it('calls once when a threshold is passed, and again only after it was below', async () => {
  now = new Date()
  const body = { kind: 'waits', bound: 2, memberId: helper.memberId }
  expect((await desk.request(helper, 'POST', '/api/v1/thresholds', body)).status).toBe(403)
  const nobody = { ...body, memberId: crypto.randomUUID() }
  const refused = await desk.request(owner, 'POST', '/api/v1/thresholds', nobody)
  expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'memberId' }] } })
  const made = await desk.request(owner, 'POST', '/api/v1/thresholds', body)
  const { id } = Threshold.parse(made.body)
  const check = () => Promise.all([checkAllThresholds(deps), checkAllThresholds(deps)])
  await check()
  expect(await mailsTo(helper)).toEqual([])
  now = new Date(Date.now() + 3 * 3_600_000)
  await check()
  await check()
  expect(await mailsTo(helper)).toHaveLength(1)
  expect((await mailsTo(helper))[0]?.text).toContain('more than 2 hours')
  now = new Date()
  await check()
  now = new Date(Date.now() + 4 * 3_600_000)
  await check()
  expect(await mailsTo(helper)).toHaveLength(2)
  const gone = await desk.request(owner, 'DELETE', `/api/v1/thresholds/${id}`)
  expect(gone.status).toBe(204)
})

it('calls for the number that is late and for what is urgent', async () => {
  now = new Date(Date.now() + 30 * 86_400_000)
  const before = (await mailsTo(helper)).length
  const memberId = helper.memberId
  for (const body of [
    { kind: 'late', bound: 1 },
    { kind: 'late', bound: 1000 },
    { kind: 'urgent' },
  ])
    await desk.request(owner, 'POST', '/api/v1/thresholds', { ...body, memberId })
  await checkAllThresholds(deps)
  const texts = (await mailsTo(helper)).slice(before).map(({ text }) => text.split('\n')[0])
  expect(texts.sort()).toEqual([
    'An urgent conversation waits for an answer.',
    'More than one customer waits past the promised reply time.',
  ])
})
