import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { Conversation } from '../../../contract/conversations.ts'
import { askAt } from '../../../test/asker.ts'
import { type Desk, openDesk } from '../../../test/desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterEach(() => desk.heal())
afterAll(() => desk.close())

const { words, ask, replyTo, expectSentOnce } = askAt(() => desk)
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('asking for a reply', () => {
  it('sends it once, and the conversation shows it as the member’s answer', async () => {
    const asked = await ask()
    const reply = await replyTo(asked)
    await expectSentOnce(reply)
    const { body } = await desk.api('GET', `/api/v1/conversations/${asked.conversation}`)
    expect(body).toMatchObject({
      unansweredSince: null,
      messages: [{ author: 'customer' }, { author: 'member', deliveryId: reply.id }],
    })
    const [post] = await desk.standing(reply.text)
    expect(post?.in_reply_to_id).toBe(asked.post)
  })

  it('sends what a program wrote by itself, and the customer still waits for a person', async () => {
    const asked = await ask()
    const before = await desk.api('GET', `/api/v1/conversations/${asked.conversation}`)
    const text = words('Automatic')
    const reply = await desk.reply(asked.conversation, { text, automatic: true })
    await expectSentOnce({ id: reply.id, text })
    const { body } = await desk.api('GET', `/api/v1/conversations/${asked.conversation}`)
    const { unansweredSince, due } = Conversation.parse(before.body)
    expect(unansweredSince).not.toBeNull()
    expect(body).toMatchObject({
      unansweredSince,
      due,
      state: 'open',
      clock: { answered: [] },
      messages: [{ author: 'customer' }, { author: 'automation', deliveryId: reply.id }],
    })
    const stranger = { text, onBehalfOf: crypto.randomUUID() }
    const path = `/api/v1/conversations/${asked.conversation}/replies`
    expect(await desk.api('POST', path, stranger)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'onBehalfOf' }] },
    })
  })

  it('answers the same request again, and twenty at once, with the one delivery', async () => {
    const { conversation } = await ask()
    const [text, key] = [words('Once'), crypto.randomUUID()]
    const all = await Promise.all(
      Array.from({ length: 20 }, () => desk.reply(conversation, { text }, key)),
    )
    const [first] = all
    if (!first) throw new Error('nothing was answered')
    await expectSentOnce({ id: first.id, text })
    const again = await desk.reply(conversation, { text }, key)
    expect(new Set([...all, again].map(({ id }) => id))).toEqual(new Set([first.id]))
    expect(again.state).toBe('sent')
    await pause(300)
    expect(await desk.standing(text)).toHaveLength(1)
  })

  it('answers a repeat although the customer took the message back, and leaves a newer draft alone', async () => {
    const { conversation, post } = await ask()
    const [text, key] = [words('Early'), crypto.randomUUID()]
    const first = await desk.reply(conversation, { text }, key)
    await expectSentOnce({ id: first.id, text })
    await desk.control('DELETE', `/practice/posts/${post}`)
    const path = `/api/v1/conversations/${conversation}`
    await vi.waitFor(
      async () => {
        const { body } = await desk.api('GET', path)
        expect(body).toMatchObject({ messages: [{ deletedAt: expect.any(String) }, {}] })
      },
      { timeout: 60_000, interval: 200 },
    )
    const draft = { text: 'And one more thing', media: [], contentWarning: null }
    await desk.api('PUT', `${path}/draft`, draft)
    expect((await desk.reply(conversation, { text }, key)).id).toBe(first.id)
    expect((await desk.api('GET', path)).body).toMatchObject({ draft })
  })

  it('refuses a key that was used for other words, or for another conversation', async () => {
    const [one, other] = [await ask(), await ask()]
    const [text, key] = [words('Mine'), crypto.randomUUID()]
    await desk.reply(one.conversation, { text }, key)
    const headers = { 'idempotency-key': key }
    for (const [conversation, body] of [
      [one.conversation, { text: words('Others') }],
      [other.conversation, { text }],
    ] as const) {
      const path = `/api/v1/conversations/${conversation}/replies`
      const answer = await desk.api('POST', path, body, headers)
      expect(answer.status).toBe(409)
      expect(answer.body).toMatchObject({ errors: [{ field: 'Idempotency-Key' }] })
    }
  })

  it('refuses what the network would not take, naming the field, and sends nothing', async () => {
    const { conversation } = await ask()
    const path = `/api/v1/conversations/${conversation}/replies`
    const answer = await desk.api('POST', path, { text: 'x'.repeat(501) })
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ errors: [{ field: 'text' }] })
  })
})
