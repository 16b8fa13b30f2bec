import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Conversation } from '../../../contract/conversations.ts'
import { listOf, Problem } from '../../../contract/http.ts'
import type { ConversationId } from '../../../contract/ids.ts'
import { Collision, EarlierReply, Presence, ReplyRules } from '../../../contract/replies.ts'
import { Snippet } from '../../../contract/snippets.ts'
import { asServerOwner, type Desk, openDesk } from '../../../test/desk.ts'
import type { Answer, Person } from '../../../test/http.ts'
import { type Team, teamOf } from '../../../test/team.ts'

let desk: Desk
let team: Team
let ana: Person
let mihai: Person

beforeAll(async () => {
  desk = await openDesk()
  team = teamOf(desk)
  ana = await team.member('responder')
  mihai = await team.member('responder')
})
afterAll(() => desk.close())

let count = 0
const ask = async () => (await desk.customerAsks(`Where is my parcel? ${++count}`)).conversation

/** With time to think again, so that nothing leaves during the test. */
function reply(as: Person, to: ConversationId, text: string, more = {}): Promise<Answer> {
  const body = { text, undoSeconds: 60, ...more }
  return team.request(as, 'POST', `/api/v1/conversations/${to}/replies`, body)
}

const TooAlike = Problem.extend({ code: z.literal('too-alike'), earlier: EarlierReply })
const SomebodyAnswers = Problem.extend({
  code: z.literal('somebody-answers'),
  collision: Collision,
})

describe('a reply too like an earlier one', () => {
  const first =
    'We have packed a new teapot for you, and the courier comes for it tomorrow at noon.'
  const near =
    'Hello! We have packed a new teapot for you, and the courier comes for it on Friday at noon. Cu drag, Ana'

  it('is refused to anybody, with the earlier one and the common words shown', async () => {
    const [one, other] = [await ask(), await ask()]
    expect((await reply(ana, one, first)).status).toBe(202)
    const refused = await reply(mihai, other, near)
    expect(refused.status).toBe(409)
    const { earlier, errors } = TooAlike.parse(refused.body)
    expect(errors?.[0]?.field).toBe('text')
    expect(earlier).toMatchObject({
      kind: 'reply',
      conversationId: one,
      text: first,
      by: ana.actor.name,
    })
    expect(earlier.similarity).toBeGreaterThanOrEqual(0.7)
    const marked = earlier.marks.map(([from, to]) => first.slice(from, to))
    expect(marked.join(' ')).toContain('packed a new teapot')
    expect(marked.join(' ')).not.toContain('tomorrow')
    // Nothing is left behind, and own words go through.
    expect(
      (
        await reply(
          mihai,
          other,
          'A fresh pot stands ready here; shall it travel on Monday or would you fetch it?',
        )
      ).status,
    ).toBe(202)
  })

  it('is refused to an API key too, which without the right to read sees no words of others', async () => {
    const conversation = await ask()
    const path = `/api/v1/conversations/${conversation}/replies`
    expect(TooAlike.parse((await desk.api('POST', path, { text: first })).body).earlier.text).toBe(
      first,
    )
    const key = await team.key(['reply'])
    const blind = TooAlike.parse((await team.request(key, 'POST', path, { text: first })).body)
    expect(blind.earlier).toMatchObject({ text: null, name: '', marks: [] })
  })

  it('may be said again when the earlier one was taken back, and not by retrying a failed one', async () => {
    const text =
      'The lamp you asked about hangs in the window, second from the left, for forty lei.'
    const sent = await reply(ana, await ask(), text)
    const id = z.object({ id: z.uuid() }).parse(sent.body).id
    expect((await reply(mihai, await ask(), text)).status).toBe(409)
    await desk.api('POST', `/api/v1/deliveries/${id}/cancel`)
    expect((await reply(mihai, await ask(), text)).status).toBe(202)
    await asServerOwner(desk.database.url, `update deliveries set state = 'failed' where id = $1`, [
      id,
    ])
    const retried = await desk.api('POST', `/api/v1/deliveries/${id}/retry`)
    expect(retried).toMatchObject({ status: 409, body: { code: 'too-alike' } })
  })

  it('is found out when twenty say the same at one moment: one goes, the others are refused', async () => {
    const text =
      'Our oven is being mended this week, so the sourdough comes back on Monday morning.'
    const places = await Promise.all(Array.from({ length: 20 }, ask))
    const answers = await Promise.all(
      places.map((place, at) => reply(at % 2 ? ana : mihai, place, text)),
    )
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
    for (const answer of answers.filter(({ status }) => status !== 202)) TooAlike.parse(answer.body)
  }, 120_000)

  it('when very short is refused as the same words, and goes with the customer’s name', async () => {
    expect((await reply(ana, await ask(), 'Many thanks indeed!')).status).toBe(202)
    expect((await reply(mihai, await ask(), 'many thanks, indeed')).status).toBe(409)
    expect((await reply(mihai, await ask(), 'Many thanks indeed, Ioana!')).status).toBe(202)
  })

  it('is forgotten after the window, and judged by the threshold, that the workspace chose', async () => {
    const text = 'The workshop for glazing plates begins at five and there are two places left.'
    const old = z.object({ id: z.uuid() }).parse((await reply(ana, await ask(), text)).body).id
    await asServerOwner(
      desk.database.url,
      `with a as (update deliveries set created_at = now() - interval '10 days' where id = $1)
       update reply_bands set created_at = now() - interval '10 days' where delivery_id = $1`,
      [old],
    )
    const [one, two] = [await ask(), await ask()]
    expect((await reply(mihai, one, text)).status).toBe(409)
    const changed = await desk.api('PATCH', '/api/v1/reply-rules', { windowDays: 7 })
    expect(ReplyRules.parse(changed.body)).toEqual({ windowDays: 7, threshold: 0.7 })
    expect((await reply(mihai, one, text)).status).toBe(202)
    await desk.api('PATCH', '/api/v1/reply-rules', { threshold: 1 })
    expect((await reply(mihai, two, `${text} Bring an apron.`)).status).toBe(202)
    const wrong = await desk.api('PATCH', '/api/v1/reply-rules', { threshold: 0.2 })
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: 'threshold' }] } })
    await desk.api('PATCH', '/api/v1/reply-rules', { windowDays: 90, threshold: 0.7 })
  })
})

describe('two who answer one customer', () => {
  it('when one has answered, the other is told who and since when, and goes on only with the warning named', async () => {
    const conversation = await ask()
    expect(
      (await reply(ana, conversation, 'I am looking for it among the parcels of yesterday.'))
        .status,
    ).toBe(202)
    const mine = 'It may well be with your neighbour; the courier often rings there.'
    const refused = await reply(mihai, conversation, mine)
    expect(refused.status).toBe(409)
    const { collision } = SomebodyAnswers.parse(refused.body)
    expect(collision.others).toMatchObject([{ kind: 'reply', name: ana.actor.name }])
    expect((await read(ana, conversation)).warnings).toMatchObject([{ name: mihai.actor.name }])
    expect((await read(mihai, conversation)).warnings).toEqual([])
    // Neither a made-up warning nor somebody else's, nor another conversation's.
    const { acknowledge } = collision
    expect(
      (await reply(mihai, conversation, mine, { acknowledge: crypto.randomUUID() })).status,
    ).toBe(409)
    const third = await team.member('responder')
    expect((await reply(third, conversation, mine, { acknowledge })).status).toBe(409)
    expect((await reply(mihai, conversation, mine, { acknowledge })).status).toBe(202)
    const again = await reply(mihai, conversation, 'One more thing: the red tag is yours.', {
      acknowledge,
    })
    expect(again.status).toBe(409)
  })

  it('when one writes, by what their window says or by a draft, is told so; after a while no more', async () => {
    const conversation = await ask()
    await beat(ana, conversation, 'writing')
    const refused = await reply(mihai, conversation, 'Has it perhaps been left with the baker?')
    expect(SomebodyAnswers.parse(refused.body).collision.others).toMatchObject([
      { kind: 'writing', name: ana.actor.name, text: null },
    ])
    await beat(ana, conversation, 'gone')
    const draft = { text: 'Dear', media: [] }
    await team.request(ana, 'PUT', `/api/v1/conversations/${conversation}/draft`, draft)
    expect(
      (await reply(mihai, conversation, 'Has it perhaps been left with the baker?')).status,
    ).toBe(409)
    await asServerOwner(
      desk.database.url,
      `update drafts set updated_at = now() - interval '6 minutes'`,
    )
    expect(
      (await reply(mihai, conversation, 'Has it perhaps been left with the baker?')).status,
    ).toBe(202)
  })

  it('does not warn of what was seen: a reply that stands there and was read', async () => {
    const conversation = await ask()
    const sent = await reply(
      ana,
      conversation,
      'It went out with the evening van and is in Deva by now.',
      { undoSeconds: 0 },
    )
    const { id } = z.object({ id: z.uuid() }).parse(sent.body)
    await expect
      .poll(async () => (await desk.api('GET', `/api/v1/deliveries/${id}`)).body, {
        timeout: 60_000,
      })
      .toMatchObject({ state: 'sent' })
    expect((await reply(mihai, conversation, 'Do say when it is there.')).status).toBe(409)
    const lastSeen = crypto.randomUUID()
    const unknown = await reply(mihai, conversation, 'Do say when it is there.', { lastSeen })
    expect(unknown).toMatchObject({ status: 400, body: { errors: [{ field: 'lastSeen' }] } })
    expect(
      (await reply(mihai, conversation, 'Do say when it is there.', { lastSeen: id })).status,
    ).toBe(202)
  })

  it('lets one of twenty at one moment through, and warns nineteen', async () => {
    const conversation = await ask()
    const keys = await Promise.all(Array.from({ length: 20 }, () => team.key(['all'])))
    const subjects = [
      'bread',
      'cups',
      'lamps',
      'plates',
      'spoons',
      'forks',
      'knives',
      'bowls',
      'jugs',
      'pots',
      'pans',
      'trays',
      'mats',
      'rugs',
      'vases',
      'clocks',
      'chairs',
      'stools',
      'doors',
      'keys',
    ]
    const path = `/api/v1/conversations/${conversation}/replies`
    const answers = await Promise.all(
      keys.map((key, at) =>
        team.request(key, 'POST', path, { text: `See our ${subjects[at]}`, undoSeconds: 60 }),
      ),
    )
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
    const warned = answers.filter(({ status }) => status !== 202)
    for (const answer of warned)
      expect(SomebodyAnswers.parse(answer.body).collision.others.length).toBeGreaterThan(0)
    const rows = await asServerOwner(
      desk.database.url,
      `select count(*)::int as n from deliveries where conversation_id = $1`,
      [conversation],
    )
    expect(rows).toEqual([{ n: 1 }])
  }, 120_000)
})

describe('presence', () => {
  it('says who looks and who writes, each once, and forgets a window that says no more', async () => {
    const conversation = await ask()
    await beat(ana, conversation, 'looking', 'desk')
    await beat(ana, conversation, 'writing', 'phone')
    await beat(mihai, conversation, 'looking')
    const here = (await presence()).filter((one) => one.conversationId === conversation)
    expect(here.map(({ name, kind }) => [name, kind]).sort()).toEqual(
      [
        [ana.actor.name, 'writing'],
        [mihai.actor.name, 'looking'],
      ].sort(),
    )
    await beat(ana, conversation, 'gone', 'phone')
    await beat(ana, conversation, 'gone', 'desk')
    await asServerOwner(
      desk.database.url,
      'update presence set until = now() where conversation_id = $1',
      [conversation],
    )
    expect((await presence()).filter((one) => one.conversationId === conversation)).toEqual([])
  })

  it('refuses an analyst who claims to write, and a conversation that is not there', async () => {
    const analyst = await team.member('analyst')
    const conversation = await ask()
    expect((await beat(analyst, conversation, 'looking')).status).toBe(204)
    expect((await beat(analyst, conversation, 'writing')).status).toBe(403)
    const path = `/api/v1/conversations/${crypto.randomUUID()}/presence`
    const nowhere = await team.request(ana, 'POST', path, { session: 's', kind: 'looking' })
    expect(nowhere.status).toBe(404)
  })
})

describe('snippets', () => {
  const words =
    'We are glad that you like the [[thing]], {{name}}. Tell us where it stands now, and send a picture if you like.'

  it('leave with their gaps filled and with words of one’s own, never as they are', async () => {
    const made = await team.request(ana, 'POST', '/api/v1/snippets', {
      name: 'Praise',
      shared: true,
      en: words,
    })
    expect(made.status).toBe(201)
    const conversation = await ask()
    const open = await reply(ana, conversation, words)
    expect(open).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'text', message: expect.stringContaining('[[thing]]') }] },
    })
    const filled = words.replace('[[thing]]', 'lamp').replace('{{name}}', 'Ioana')
    const same = TooAlike.parse((await reply(ana, conversation, filled)).body)
    expect(same.earlier).toMatchObject({ kind: 'snippet', name: 'Praise' })
    const own =
      'Glad you like the lamp, Ioana! Tell us where it stands now; ours hangs over the bread.'
    expect((await reply(ana, conversation, own)).status).toBe(202)
  })

  it('are a member’s own or everybody’s: nobody sees or changes another’s', async () => {
    const made = await team.request(ana, 'POST', '/api/v1/snippets', {
      name: 'Mine',
      shared: false,
      ro: 'Vă scriu eu mâine',
    })
    const { id } = Snippet.parse(made.body)
    const names = async (as: Person) =>
      listOf(Snippet)
        .parse((await team.request(as, 'GET', '/api/v1/snippets')).body)
        .items.map((one) => one.name)
    expect(await names(ana)).toContain('Mine')
    expect(await names(mihai)).not.toContain('Mine')
    const path = `/api/v1/snippets/${id}`
    expect((await team.request(mihai, 'PATCH', path, { name: 'Taken' })).status).toBe(404)
    expect((await team.request(mihai, 'DELETE', path)).status).toBe(404)
    const emptied = await team.request(ana, 'PATCH', path, { ro: '' })
    expect(emptied).toMatchObject({ status: 400, body: { errors: [{ field: 'en' }] } })
    expect((await team.request(ana, 'DELETE', path)).status).toBe(204)
    const contributor = await team.member('contributor')
    const shared = await team.request(contributor, 'POST', '/api/v1/snippets', {
      name: 'X',
      shared: true,
      en: 'x',
    })
    expect(shared.status).toBe(403)
  })
})

async function read(as: Person, id: ConversationId) {
  return Conversation.parse((await team.request(as, 'GET', `/api/v1/conversations/${id}`)).body)
}

function beat(as: Person, id: ConversationId, kind: string, session = 'one') {
  return team.request(as, 'POST', `/api/v1/conversations/${id}/presence`, { session, kind })
}

async function presence() {
  return listOf(Presence).parse((await team.request(ana, 'GET', '/api/v1/presence')).body).items
}
