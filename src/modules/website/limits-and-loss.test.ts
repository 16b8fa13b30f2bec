import { expect, it } from 'vitest'
import { asServerOwner } from '../../../test/desk.ts'
import { connectWebsite, openSiteWorld, privatePathIn } from '../../../test/site-world.ts'

const ana = { name: 'Ana Pop', email: '' }

it('takes so many messages from one address and in one conversation, and says when it takes more', async () => {
  const world = await openSiteWorld({
    siteLimits: { perAddress: 6, perConversation: 2 },
    sending: true,
  })
  const path = privatePathIn(await world.send({ ...ana, message: 'The first' }))
  const more = async (message: string) =>
    world.visit(path, { ticket: await world.ticket(path), message })
  expect((await more('The second')).status).toBe(303)
  expect((await more('The third')).status).toBe(303)
  const refused = await more('The fourth, kept in the field')
  expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': expect.anything() } })
  expect(refused.body).toContain('The fourth, kept in the field')
  expect((await world.send({ ...ana, message: 'By the form' })).status).toBe(200)
  expect((await world.send({ ...ana, message: 'Again' })).status).toBe(200)
  const address = await world.send({ ...ana, message: 'One too many' })
  expect(address).toMatchObject({ status: 429, body: expect.stringContaining('One too many') })
  const said = (await world.conversations()).map(({ preview }) => preview)
  expect(said.sort()).toEqual(['Again', 'By the form', 'The third'])
  await world.close()
})

it('acknowledges nothing that is not committed: with the connections cut in the middle, what was said to have arrived is there', async () => {
  const world = await openSiteWorld({ sending: true })
  const path = `/site/${world.channel.id}`
  const tickets: string[] = []
  for (let count = 0; count < 60; count++) tickets.push(await world.ticket(path))
  const sending = tickets.map(async (ticket, index) => {
    await new Promise((resolve) => setTimeout(resolve, index * 4))
    const message = `A question about ${crypto.randomUUID()}`
    const answer = await world.visit(path, { ...ana, ticket, message, url: '' })
    return { message, ticket, status: answer.status }
  })
  for (let cut = 0; cut < 6; cut++) {
    await new Promise((resolve) => setTimeout(resolve, 40))
    await asServerOwner(
      world.database.url,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    )
  }
  const sent = await Promise.all(sending)
  const there = async () => {
    const rows = await asServerOwner(
      world.database.url,
      `select m.text, count(*)::int as times from messages m group by m.text`,
    )
    return new Map(rows.map((row) => [Object(row).text, Object(row).times]))
  }
  await world.takenIn()
  const before = await there()
  const arrived = sent.filter(({ status }) => status === 200)
  for (const { message } of arrived) expect(before.get(message)).toBe(1)
  const refused = sent.filter(({ status }) => status !== 200)
  expect(refused.every(({ status }) => status === 503)).toBe(true)
  // The visitor presses Send again, on the same form.
  for (const { message, ticket } of refused)
    expect((await world.visit(path, { ...ana, ticket, message, url: '' })).status).toBe(200)
  await world.takenIn()
  const after = await there()
  for (const { message } of sent) expect(after.get(message)).toBe(1)
  await world.close()
})

it('takes in what was sent by one form while nothing of another can be, and that too once it can', async () => {
  const world = await openSiteWorld()
  const others = ['one', 'two', 'three', 'four', 'five']
  await asServerOwner(
    world.database.url,
    `create function refuse() returns trigger language plpgsql as $$ begin raise 'the disk of this form is full'; end $$;
     create trigger refuse before insert on events for each row when (new.channel_id = '${world.channel.id}')
       execute function refuse()`,
  )
  await world.send({ ...ana, message: 'Stuck' })
  for (const message of others) {
    const { id } = await connectWebsite(world.request, world.owner, `https://${message}.example`)
    const path = `/site/${id}`
    const form = { ...ana, ticket: await world.ticket(path), message, url: '' }
    expect((await world.visit(path, form)).status).toBe(200)
  }
  await world.parley.start()
  const previews = async () => (await world.conversations()).map(({ preview }) => preview).sort()
  await expect.poll(previews).toEqual([...others].sort())
  expect(await world.waiting()).toBe(1)
  await expect
    .poll(() => JSON.stringify(world.log.errors()))
    .toContain('the disk of this form is full')
  await asServerOwner(world.database.url, 'drop trigger refuse on events')
  await world.takenIn()
  expect(await previews()).toEqual(['Stuck', ...others].sort())
  await world.close()
})
