import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { Conversation } from '../contract/conversations.ts'
import { listOf } from '../contract/http.ts'
import type { ConversationId } from '../contract/ids.ts'
import { Member } from '../contract/members.ts'
import { Person, PersonSummary } from '../contract/people.ts'
import { asServerOwner, type Desk, openDesk } from './desk.ts'
import { databaseText } from './spy.ts'

// Planted where a person’s words can get to; none may be anywhere afterwards.
const words = [
  'Plantedword',
  'Plantedname',
  'plantedhandle',
  'Plantednote',
  'Plantedreply',
  'Plantedtag',
  'Plantedwarning',
  'Planteddraft',
  'Plantedgift',
  'Plantedhandover',
  'Planteddigest',
]

let desk: Desk
let conversation: ConversationId
beforeAll(async () => {
  desk = await openDesk()
  await desk.control('POST', '/practice/people', {
    name: 'Plantedname Pop',
    username: 'plantedhandle',
  })
  await says('Plantedword of a customer', { spoiler: 'Plantedwarning' })
})
afterAll(() => desk.close())

async function says(text: string, more: object = {}): Promise<void> {
  await desk.control('POST', '/practice/posts', {
    as: 'plantedhandle',
    text: `@shop ${text}`,
    ...more,
  })
}

async function findPerson(text: string): Promise<Person | undefined> {
  const answer = await desk.api('GET', `/api/v1/people?text=${text}`)
  const [first] = listOf(PersonSummary).parse(answer.body).items
  return first && Person.parse((await desk.api('GET', `/api/v1/people/${first.id}`)).body)
}

async function untilHeard(text: string): Promise<Person> {
  return vi.waitFor(
    async () => {
      const found = await findPerson(text)
      if (!found?.conversations[0]) throw new Error('not heard yet')
      return found
    },
    { timeout: 60_000, interval: 100 },
  )
}

/** What figures are made of. */
async function figures() {
  return asServerOwner(
    desk.database.url,
    `select m.author, m.sent_at, m.deleted_at is null as stands, c.unanswered_since, c.message_count
     from messages m join conversations c on c.id = m.conversation_id order by m.sent_at, m.id`,
    [],
  )
}

it('leaves none of a person’s words in any table, figures as they were and the log valid', async () => {
  const before = await untilHeard('plantedhandle')
  const { id } = before
  conversation = before.conversations[0]?.id ?? conversation
  const path = `/api/v1/people/${id}`
  await desk.api('PATCH', path, { tags: ['Plantedtag'] })
  await desk.api('POST', `${path}/notes`, { text: 'Plantednote' })
  await desk.api('POST', `${path}/consents`, { purpose: 'Plantednote', how: 'Plantednote' })
  await desk.api('PUT', `${path}/win-back`, { state: 'unhappy', conversationId: conversation })
  await desk.api('POST', `/api/v1/conversations/${conversation}/notes`, { text: 'Plantednote' })
  const sent = await desk.reply(conversation, { text: 'Plantedreply to Plantedname' })
  await desk.until(sent.id, ['sent'])
  await asServerOwner(
    desk.database.url,
    `insert into drafts (workspace_id, conversation_id, author, text)
     select workspace_id, id, 'member:' || id, 'Planteddraft' from conversations where id = $1`,
    [conversation],
  )
  const talkPath = `/api/v1/conversations/${conversation}`
  await desk.api('POST', `${talkPath}/goodwill`, { kind: 'gift', cost: 1, note: 'Plantedgift' })
  const { items: team } = listOf(Member).parse((await desk.api('GET', '/api/v1/members')).body)
  const handed = { memberId: team[0]?.id, note: 'Plantedhandover' }
  expect((await desk.api('POST', `${talkPath}/hand-over`, handed)).status).toBeLessThan(300)
  // As a digest to a member quotes them, before there is an account to send it by.
  await asServerOwner(
    desk.database.url,
    `insert into outgoing_mails (workspace_id, id, to_address, subject, text, automatic, send_key, state)
     select workspace_id, gen_random_uuid(), 'ana@shop.example', 'Digest',
       'Planteddigest https://parley.example/inbox/' || id, true, 'key', 'waiting' from conversations where id = $1`,
    [conversation],
  )
  const full = await databaseText(desk.database.url)
  for (const word of words) expect(full.toLowerCase(), word).toContain(word.toLowerCase())
  const counted = await figures()

  const wrong = await desk.api('POST', `${path}/erase`, { name: 'somebody else' })
  expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: 'name' }] } })
  expect(await databaseText(desk.database.url)).toContain('Plantedword')
  const erased = await desk.api('POST', `${path}/erase`, { name: 'Plantedname Pop' })
  expect(erased).toMatchObject({ status: 200, body: { conversations: 1, messages: 2 } })

  const left = await databaseText(desk.database.url)
  const found = left
    .split('\n')
    .filter((row) => words.some((word) => row.toLowerCase().includes(word.toLowerCase())))
  expect(found).toEqual([])
  expect(await figures()).toEqual(counted)
  expect((await desk.api('GET', '/api/v1/audit/verify')).body).toMatchObject({ ok: true })
  expect((await desk.api('GET', path)).body).toMatchObject({
    name: 'Erased person',
    winBacks: [{ state: 'unhappy' }],
    can: { note: false, merge: false, manage: false },
  })
  const talk = await desk.api('GET', `/api/v1/conversations/${conversation}`)
  expect(talk).toMatchObject({ status: 200, body: { state: 'done', preview: '' } })
})

it('answers nobody who was erased, and changes their record no more', async () => {
  const reply = await desk.api('POST', `/api/v1/conversations/${conversation}/replies`, {
    text: 'hello',
  })
  expect(reply.status).toBe(422)
  const talk = await desk.api('GET', `/api/v1/conversations/${conversation}`)
  const { id } = Conversation.parse(talk.body).person
  expect(await desk.api('PATCH', `/api/v1/people/${id}`, { name: 'x' })).toMatchObject({
    status: 409,
  })
  expect(
    await desk.api('POST', `/api/v1/people/${id}/erase`, { name: 'Erased person' }),
  ).toMatchObject({ status: 409 })
})

it('takes a later message of the same account as a new person’s, and brings nothing old back', async () => {
  await says('A new beginning')
  const fresh = await untilHeard('plantedhandle')
  expect(fresh.conversations.map(({ preview }) => preview)).toEqual(['A new beginning'])
  const text = await databaseText(desk.database.url)
  expect(text).not.toContain('Plantedword')
  expect(desk.log.errors()).toEqual([])
})
