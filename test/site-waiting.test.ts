import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Conversation } from '../contract/conversations.ts'
import { AsideEvent } from '../contract/events.ts'
import { listOf } from '../contract/http.ts'
import { connectors } from '../src/connectors/registry.ts'
import { importWorkspace, writeArchive } from '../src/modules/exports/index.ts'
import { startTakingIn } from '../src/modules/website/index.ts'
import { createTestDatabase } from './database.ts'
import { asServerOwner } from './desk.ts'
import { openSiteWorld, privatePathIn, type SiteWorld } from './site-world.ts'

// Nothing of a Parley that is not started takes messages in: what was acknowledged waits, as after a kill.

const ana = { name: 'Ana Pop', email: '' }
let world: SiteWorld

beforeEach(async () => {
  world = await openSiteWorld()
})
afterEach(async () => {
  expect(world.log.errors()).toEqual([])
  await world.close()
})

function takeInAt(database: SiteWorld['database']) {
  const { log } = world.log
  return startTakingIn({ database, connectors, clock: () => new Date(), log })
}

async function onlyConversation(): Promise<Conversation> {
  const all = await world.conversations()
  expect(all).toHaveLength(1)
  const { body } = await world.request(world.owner, 'GET', `/api/v1/conversations/${all[0]?.id}`)
  return Conversation.parse(body)
}

const textsOf = ({ messages }: Conversation) => messages.map(({ text }) => text)

it('loses nothing of what was acknowledged when it ends there: the next start takes it in as sent then', async () => {
  const before = Date.now()
  const sent = await world.send({ ...ana, message: 'Sent, and then the power failed' })
  const after = Date.now()
  expect(sent).toMatchObject({ status: 200, body: expect.stringContaining('has arrived') })
  expect(await world.waiting()).toBe(1)
  expect(await world.conversations()).toEqual([])
  await new Promise((resolve) => setTimeout(resolve, 500))
  await world.parley.start()
  await world.takenIn()
  const conversation = await onlyConversation()
  for (const time of [conversation.messages[0]?.sentAt, conversation.unansweredSince]) {
    expect(Date.parse(time ?? '')).toBeGreaterThanOrEqual(before)
    expect(Date.parse(time ?? '')).toBeLessThanOrEqual(after)
  }
  expect((await world.visit(privatePathIn(sent))).body).toContain('the power failed')
})

it('wakes whoever takes in as soon as a message is there: nobody waits until it is looked next', async () => {
  const heard: string[] = []
  const ear = await world.database.pool.connect()
  ear.on('notification', ({ channel }) => heard.push(channel))
  await ear.query('listen parley_website')
  await world.send({ ...ana, message: 'Is somebody there?' })
  await expect.poll(() => heard, { timeout: 60_000 }).toEqual(['parley_website'])
  await ear.query('unlisten *')
  ear.release()
})

it('shows visitors what they sent before anybody took it in, and lets them go on after it', async () => {
  const path = privatePathIn(await world.send({ ...ana, message: 'The first thing' }))
  const others = await world.send({ ...ana, message: 'Of somebody else' })
  expect(await world.waiting()).toBe(2)
  expect((await world.visit(path)).body).toContain('The first thing')
  expect(await world.waiting()).toBe(1)
  const more = await world.visit(path, {
    ticket: await world.ticket(path),
    message: 'The second thing',
  })
  expect(more).toMatchObject({ status: 303, headers: { location: path } })
  expect(await world.waiting()).toBe(2)
  const page = String((await world.visit(path)).body)
  expect(page.indexOf('The first thing')).toBeLessThan(page.indexOf('The second thing'))
  expect(page).not.toContain('Of somebody else')
  expect(textsOf(await onlyConversation())).toEqual(['The first thing', 'The second thing'])
  expect((await world.visit(privatePathIn(others))).body).toContain('Of somebody else')
})

it('keeps the order of two messages that were sent one right after the other', async () => {
  const path = `/site/${world.channel.id}`
  const ticket = await world.ticket(path)
  for (const message of ['Is it open?', 'Today, I mean', 'At noon'])
    await world.visit(path, { ...ana, ticket, message, url: '' })
  expect(await world.waiting()).toBe(3)
  await world.parley.start()
  await world.takenIn()
  expect(textsOf(await onlyConversation())).toEqual(['Is it open?', 'Today, I mean', 'At noon'])
})

it('makes one message of a form that was sent three times, whoever takes in and however often', async () => {
  const path = `/site/${world.channel.id}`
  const form = { ...ana, ticket: await world.ticket(path), message: 'Pressed again', url: '' }
  const sent = [await world.visit(path, form), await world.visit(path, form)]
  for (let count = 0; count < 30; count++) await world.send({ ...ana, message: `Other ${count}` })
  const both = [takeInAt(world.database), takeInAt(world.database)]
  await Promise.all([world.takenIn(), ...sent.map((one) => world.visit(privatePathIn(one)))])
  sent.push(await world.visit(path, form))
  for (const one of both) one.wake()
  await world.takenIn()
  await Promise.all(both.map((one) => one.stop()))
  expect(new Set(sent.map(privatePathIn)).size).toBe(1)
  const rows = await asServerOwner(world.database.url, 'select text from messages')
  expect(rows.map((row) => Object(row).text).sort()).toEqual(
    ['Pressed again', ...Array.from({ length: 30 }, (_, count) => `Other ${count}`)].sort(),
  )
})

it('takes in what was sent by a form that is disconnected since', async () => {
  const sent = await world.send({ ...ana, message: 'Just before you closed' })
  await world.request(world.owner, 'DELETE', `/api/v1/channels/${world.channel.id}`)
  await world.parley.start()
  await world.takenIn()
  expect(textsOf(await onlyConversation())).toEqual(['Just before you closed'])
  expect((await world.visit(privatePathIn(sent))).body).toContain('Just before you closed')
})

it('keeps aside what cannot be taken in, says why to operators, and holds up nobody else', async () => {
  await asServerOwner(
    world.database.url,
    `create function refuse() returns trigger language plpgsql as $$ begin raise 'no room for poison'; end $$;
     create trigger refuse before insert on messages for each row when (new.text like 'Poison%') execute function refuse()`,
  )
  for (const message of ['Before', 'Poison', 'After']) await world.send({ ...ana, message })
  await world.parley.start()
  await world.takenIn()
  const previews = (await world.conversations()).map(({ preview }) => preview)
  expect(previews.sort()).toEqual(['After', 'Before'])
  const read = async () =>
    listOf(AsideEvent).parse((await world.request(world.owner, 'GET', '/api/v1/aside')).body).items
  const [kept] = await read()
  expect(kept?.problem).toBe('It could not be taken in: no room for poison')
  await asServerOwner(world.database.url, 'drop trigger refuse on messages')
  await world.request(world.owner, 'POST', `/api/v1/aside/${kept?.id}/replay`, {})
  expect(await read()).toEqual([])
  expect((await world.conversations()).map(({ preview }) => preview)).toContain('Poison')
})

it('forgets with a person what they sent and is not taken in, also when it is sent once more', async () => {
  const path = `/site/${world.channel.id}`
  const ticket = await world.ticket(path)
  const form = (message: string) => ({ ...ana, ticket, message, url: '' })
  const sent = await world.visit(path, form('Known to you'))
  await world.visit(privatePathIn(sent))
  await world.visit(path, form('My secret, on its way'))
  await world.send({ ...ana, message: 'Of another Ana' })
  expect(await world.waiting()).toBe(2)
  const { person } = await onlyConversation()
  const erased = await world.request(world.owner, 'POST', `/api/v1/people/${person.id}/erase`, {
    name: person.name,
  })
  expect(erased.status).toBe(200)
  expect(await world.waiting()).toBe(1)
  await world.visit(path, form('My secret, on its way'))
  await world.parley.start()
  await world.takenIn()
  const rows = await asServerOwner(
    world.database.url,
    `select text, null as raw from messages
    union all select '', raw::text from events`,
  )
  expect(JSON.stringify(rows)).toContain('Of another Ana')
  expect(JSON.stringify(rows)).not.toMatch(/secret|Known to you/)
})

it('takes along what waits to another Parley, which takes it in; the private link stays behind', async () => {
  const sent = await world.send({ ...ana, message: 'Sent on the day of the move' })
  const folder = await mkdtemp(join(tmpdir(), 'parley-move-'))
  const away = await createTestDatabase()
  const file = join(folder, 'all.tar.gz')
  const { workspaceId } = world.owner
  await writeArchive({ pool: world.database.pool, workspaceId, file })
  const clock = () => new Date()
  await importWorkspace({ database: away, clock, publicUrl: 'http://x.test', file, by: 'test' })
  const taking = takeInAt(away)
  const texts = () => asServerOwner(away.url, 'select text from messages')
  await expect.poll(texts, { timeout: 60_000 }).toEqual([{ text: 'Sent on the day of the move' }])
  await taking.stop()
  const token = privatePathIn(sent).split('/').at(-1)
  const links = await asServerOwner(
    away.url,
    `select from website_links where token_hash = encode(sha256($1::bytea), 'hex')`,
    [token],
  )
  expect(links).toEqual([])
  await away.drop()
  await rm(folder, { recursive: true, force: true })
})
