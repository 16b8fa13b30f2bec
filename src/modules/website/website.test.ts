import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { Conversation } from '../../../contract/conversations.ts'
import { DeliveryView } from '../../../contract/deliveries.ts'
import { AsideEvent } from '../../../contract/events.ts'
import { listOf } from '../../../contract/http.ts'
import { Visitor, WebsiteView } from '../../../contract/website.ts'
import { asServerOwner } from '../../../test/desk.ts'
import {
  connectWebsite,
  openSiteWorld,
  privatePathIn,
  type SiteWorld,
  ticketIn,
} from '../../../test/site-world.ts'

let world: SiteWorld
const ana = { name: 'Ana Pop', email: 'ana@example.com', message: 'Do you have the blue mug?' }

beforeAll(async () => {
  world = await openSiteWorld({ sending: true })
})
afterAll(async () => {
  expect(world.log.errors()).toEqual([])
  await world.close()
})

async function conversationWith(words: string): Promise<Conversation> {
  const found = (await world.conversations()).find(({ preview }) => preview.includes(words))
  if (!found) throw new Error(`nobody said "${words}"`)
  const { body } = await world.request(world.owner, 'GET', `/api/v1/conversations/${found.id}`)
  return Conversation.parse(body)
}

async function countOf(words: string): Promise<number> {
  const found = (await world.conversations()).filter(({ preview }) => preview.includes(words))
  return found.reduce((sum, { messageCount }) => sum + messageCount, 0)
}

async function untilOnPage(path: string, words: string): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const page = String((await world.visit(path)).body)
    if (page.includes(words)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`"${words}" did not come to stand on the page`)
}

it('brings what a visitor sent into the inbox as a private conversation, and answers with its link', async () => {
  const sent = await world.send({ ...ana, order: '4471' })
  expect(sent.status).toBe(200)
  expect(sent.body).toContain('Your message has arrived.')
  expect(sent.body).toContain('within 4 hours')
  const conversation = await conversationWith('blue mug')
  expect(conversation).toMatchObject({
    network: 'website',
    visibility: 'private',
    state: 'new',
    person: { name: 'Ana Pop', handle: 'ana@example.com' },
    can: { reply: true, whyNotReply: null },
  })
  expect(conversation.messages[0]?.text).toBe('Do you have the blue mug?\n\nOrder number: 4471')
  const page = await world.visit(privatePathIn(sent))
  expect(page.body).toContain('Do you have the blue mug?')
})

it('carries the answer to the visitor’s page and what the visitor adds into the same conversation', async () => {
  const path = privatePathIn(await world.send({ ...ana, message: 'Is the red teapot back?' }))
  const { id } = await conversationWith('red teapot')
  const queued = await world.request(world.owner, 'POST', `/api/v1/conversations/${id}/replies`, {
    text: 'Yes, since <today>. Olga',
    undoSeconds: 0,
  })
  expect(queued.status).toBe(202)
  await untilOnPage(path, 'Yes, since &lt;today&gt;. Olga')
  const ticket = await world.ticket(path)
  const more = await world.visit(path, { ticket, message: 'Lovely, keep one for me.' })
  expect(more).toMatchObject({ status: 303, headers: { location: path } })
  const after = await conversationWith('Lovely, keep one')
  expect(after.id).toBe(id)
  expect(after.state).toBe('open')
  expect(after.messages.map(({ author }) => author)).toEqual(['customer', 'member', 'customer'])
  const delivery = DeliveryView.parse(
    (
      await world.request(
        world.owner,
        'GET',
        `/api/v1/deliveries/${DeliveryView.parse(queued.body).id}`,
      )
    ).body,
  )
  expect(delivery).toMatchObject({ state: 'sent' })
  const address = new URL(delivery.remote?.url ?? '').pathname
  expect((await world.request(world.owner, 'GET', address)).body).toContain('keep one for me')
})

it('makes one message of a form that is sent twice, at once or later, and shows the same link', async () => {
  const path = `/site/${world.channel.id}`
  const ticket = await world.ticket(path)
  const form = { ...ana, ticket, message: 'Sent by a double click' }
  const [first, second] = await Promise.all([world.visit(path, form), world.visit(path, form)])
  const third = await world.visit(path, form)
  expect(await countOf('double click')).toBe(1)
  expect(new Set([first, second, third].map(privatePathIn)).size).toBe(1)
  const mended = await world.visit(path, { ...form, message: 'Sent by a double click, mended' })
  expect(privatePathIn(mended)).toBe(privatePathIn(third))
  expect((await conversationWith('mended')).messages).toHaveLength(2)
})

it('says at the field what is missing, keeps what was typed, and stores nothing', async () => {
  const before = (await world.conversations()).length
  const answer = await world.send({ name: ' ', email: 'ana@', message: '"Typed" <by> hand' })
  expect(answer.status).toBe(400)
  expect(answer.body).toContain('Please write your name.')
  expect(answer.body).toContain('Please check the e-mail address')
  expect(answer.body).toContain('&quot;Typed&quot; &lt;by&gt; hand')
  expect(answer.body).toContain('value="ana@"')
  const long = await world.send({ ...ana, message: 'x'.repeat(5001) })
  expect(long).toMatchObject({ status: 400, body: expect.stringContaining('5000 characters') })
  const huge = await world.send({ ...ana, message: 'x'.repeat(70_000) })
  expect(huge).toMatchObject({ status: 413, body: expect.stringContaining('too large') })
  expect(await world.conversations()).toHaveLength(before)
})

it('takes no form that it did not give out, that is too old, or that was filled in no time', async () => {
  const path = `/site/${world.channel.id}`
  const before = (await world.conversations()).length
  const ticket = await world.ticket(path, 500)
  const quick = await world.visit(path, { ...ana, ticket })
  expect(quick).toMatchObject({ status: 400, body: expect.stringContaining('very quick') })
  expect(ticketIn(quick)).toBe(ticket)
  const forged = `${ticket.slice(0, -1)}${ticket.endsWith('A') ? 'B' : 'A'}`
  for (const wrong of ['', 'x', forged]) {
    const answer = await world.visit(path, { ...ana, ticket: wrong })
    expect(answer).toMatchObject({
      status: 400,
      body: expect.stringContaining('press Send once more'),
    })
    expect(ticketIn(answer)).not.toBe(wrong)
  }
  const old = await world.ticket(path, 25 * 3600_000)
  expect((await world.visit(path, { ...ana, ticket: old })).status).toBe(400)
  expect(await world.conversations()).toHaveLength(before)
})

it('keeps obvious spam aside with the reason, where an operator can let it through', async () => {
  const aside = async () =>
    listOf(AsideEvent).parse((await world.request(world.owner, 'GET', '/api/v1/aside')).body).items
  const trapped = await world.send({
    ...ana,
    message: 'Fills every field',
    url: 'http://x.example',
  })
  expect(trapped.body).toContain('Your message has arrived.')
  await world.send({ ...ana, message: 'https://pills.example https://more.example' })
  for (let time = 0; time < 4; time++)
    await world.send({ ...ana, message: `Great offers for your great business ${time}` })
  await world.takenIn()
  const kept = await aside()
  expect(kept.map(({ problem }) => problem)).toEqual([
    'It looks like spam: a field that people do not see was filled in.',
    'It looks like spam: it is nothing but links.',
    'It looks like spam: 3 others sent the same words within minutes.',
  ])
  expect(await countOf('Fills every field')).toBe(0)
  expect((await world.visit(privatePathIn(trapped))).body).toContain('Somebody looks at it')
  const replayed = await world.request(
    world.owner,
    'POST',
    `/api/v1/aside/${kept[0]?.id}/replay`,
    {},
  )
  expect(replayed.body).toMatchObject({ understood: true })
  expect(await countOf('Fills every field')).toBe(1)
  expect((await world.visit(privatePathIn(trapped))).body).toContain('Fills every field')
})

it('leads nowhere without the whole private link, and shows members of another business nothing', async () => {
  const path = privatePathIn(await world.send({ ...ana, message: 'This is between us' }))
  expect((await world.visit(path.slice(0, -1))).status).toBe(404)
  expect((await world.visit('/site/c/x')).status).toBe(404)
  const { rows } = await world.database.pool.query('select * from website_links')
  expect(rows).toEqual([])
  const { id } = await conversationWith('between us')
  const outsider = await world.people.owner('Smithy')
  expect((await world.request(outsider, 'GET', `/api/v1/conversations/${id}/visitor`)).status).toBe(
    404,
  )
  const seen = await world.request(world.owner, 'GET', `/api/v1/conversations/${id}/visitor`)
  const visitor = Visitor.parse(seen.body)
  expect(visitor).toMatchObject({ email: 'ana@example.com', emailVerifiedAt: null })
  const page = new URL(visitor.page).pathname
  expect((await world.request(outsider, 'GET', page)).status).toBe(404)
  expect((await world.request(world.owner, 'GET', page)).body).toContain('between us')
  expect((await world.visit(page)).status).toBe(401)
})

it('knows no form of a channel that is none, and closes one that was disconnected', async () => {
  for (const id of [crypto.randomUUID(), 'x', '%00'])
    expect((await world.visit(`/site/${id}`)).status).toBe(404)
  const other = await world.people.owner('Bakery')
  const channel = await connectWebsite(world.request, other, 'http://localhost:8080')
  await world.request(other, 'DELETE', `/api/v1/channels/${channel.id}`)
  const closed = await world.visit(`/site/${channel.id}`)
  expect(closed).toMatchObject({ status: 410, body: expect.stringContaining('closed') })
})

it('speaks the visitor’s language where the form does, in the business’s words and colour', async () => {
  const path = `/api/v1/channels/${world.channel.id}/website`
  const page = `/site/${world.channel.id}`
  const romanian = { 'accept-language': 'fr, ro-RO;q=0.9, en;q=0.8' }
  expect((await world.visit(page, undefined, romanian)).body).toContain('Numele dumneavoastră')
  const refused = await world.request(world.owner, 'PUT', path, { accent: 'red', languages: [] })
  expect(refused.status).toBe(400)
  const form = { accent: '#aa3300', greeting: { en: 'Ask <b>us</b>.', ro: '' }, languages: ['en'] }
  const saved = await world.request(world.owner, 'PUT', path, form)
  expect(WebsiteView.parse(saved.body)).toMatchObject(form)
  await new Promise((resolve) => setTimeout(resolve, 3100))
  const answer = await world.visit(page, undefined, romanian)
  expect(answer.body).toContain('Ask &lt;b&gt;us&lt;/b&gt;.')
  expect(answer.body).toContain('#aa3300')
  const audit = await world.request(world.owner, 'GET', '/api/v1/audit')
  expect(JSON.stringify(audit.body)).toContain('website.form-changed')
  await world.request(world.owner, 'PUT', path, { ...form, languages: ['en', 'ro'] })
  await new Promise((resolve) => setTimeout(resolve, 3100))
})

it('keeps its pages small, without script, cookies or anything from elsewhere, and out of others’ frames', async () => {
  const sent = await world.send({ ...ana, message: 'One more question' })
  const page = `/site/${world.channel.id}`
  for (const answer of [await world.visit(page), sent, await world.visit(privatePathIn(sent))]) {
    expect(Buffer.byteLength(String(answer.body))).toBeLessThan(10_000)
    expect(answer.body).not.toContain('<script')
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(answer.headers['cache-control']).toBe('no-store')
    const policy = String(answer.headers['content-security-policy'])
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/)
    expect(policy).toContain("frame-ancestors 'none'")
  }
  const framed = await world.visit(`${page}/embed`)
  expect(framed.headers['x-frame-options']).toBeUndefined()
  expect(framed.headers['content-security-policy']).toContain(
    "frame-ancestors 'self' https://shop.example https://www.shop.example",
  )
  const script = await world.visit(`${page}/embed.js`)
  expect(Buffer.byteLength(String(script.body))).toBeLessThan(3000)
  expect(script.headers['cross-origin-resource-policy']).toBe('cross-origin')
})

it('lets a form on the website begin one here, and takes the real sending from nobody else’s page', async () => {
  const foreign = { origin: 'https://shop.example', 'sec-fetch-site': 'cross-site' }
  const page = `/site/${world.channel.id}`
  const before = (await world.conversations()).length
  const begun = await world.visit(`${page}/start`, ana, foreign)
  expect(begun).toMatchObject({ status: 200, body: expect.stringContaining('Please check') })
  expect(begun.body).toContain('value="Ana Pop"')
  expect(await world.conversations()).toHaveLength(before)
  expect(ticketIn(begun)).toMatch(/^[\w-]+\.[a-z0-9]+\.[\w-]+$/)
  const ticket = await world.ticket(page)
  expect((await world.visit(page, { ...ana, ticket }, foreign)).status).toBe(403)
  expect((await world.visit(page, { ...ana, ticket })).status).toBe(200)
})

it('tells the visitor by mail, once, without what was said; its link proves the address', async () => {
  const email = 'dan@example.com'
  const shown = privatePathIn(await world.send({ ...ana, email, message: 'Is there a vase?' }))
  const { id } = await conversationWith('Is there a vase?')
  const answer = (text: string) =>
    world.request(world.owner, 'POST', `/api/v1/conversations/${id}/replies`, {
      text,
      undoSeconds: 0,
    })
  await answer('There is, in green. Olga')
  const Mails = z.array(z.object({ subject: z.string(), text: z.string() }))
  const mails = async () =>
    Mails.parse(
      await asServerOwner(
        world.database.url,
        'select subject, text from outgoing_mails where to_address = $1',
        [email],
      ),
    )
  await expect.poll(mails, { timeout: 60_000 }).toHaveLength(1)
  const [mail] = await mails()
  expect(mail?.subject).toBe('The Corner Shop has answered you')
  expect(mail?.text).not.toContain('green')
  expect(mail?.text).not.toContain('Ana')
  const link = new URL(/http\S+/.exec(mail?.text ?? '')?.[0] ?? '').pathname
  expect(link).not.toBe(shown)
  const visitor = async () =>
    Visitor.parse(
      (await world.request(world.owner, 'GET', `/api/v1/conversations/${id}/visitor`)).body,
    )
  await world.visit(shown)
  expect((await visitor()).emailVerifiedAt).toBeNull()
  expect((await world.visit(link)).body).toContain('There is, in green.')
  expect((await visitor()).emailVerifiedAt).not.toBeNull()
  await answer('And one in blue came in today. Olga')
  await untilOnPage(link, 'one in blue')
  expect(await mails()).toHaveLength(1)
})
