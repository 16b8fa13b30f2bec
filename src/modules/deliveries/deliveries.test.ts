import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { askAt } from '../../../test/asker.ts'
import { type Asked, asServerOwner, type Desk, openDesk } from '../../../test/desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterEach(async () => {
  await desk.heal()
  await desk.control('PUT', '/practice/mode', { preset: 'mastodon' })
})
afterAll(() => desk.close())

const { words, ask, replyTo, act, expectSentOnce } = askAt(() => desk)
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('before it leaves', () => {
  it('can be taken back, and then it never leaves', async () => {
    const reply = await replyTo(await ask(), 'Too hasty', { undoSeconds: 5 })
    expect((await desk.delivery(reply.id)).undoUntil).not.toBeNull()
    expect((await act(reply.id, 'cancel')).body).toMatchObject({ state: 'cancelled' })
    await pause(5500)
    expect(await desk.standing(reply.text)).toEqual([])
    expect((await act(reply.id, 'cancel')).status).toBe(409)
  })

  it('waits for its undo to run out, and cannot be taken back after', async () => {
    const asked = Date.now()
    const reply = await replyTo(await ask(), 'Sure', { undoSeconds: 1 })
    await expectSentOnce(reply)
    expect(Date.now() - asked).toBeGreaterThan(1000)
    expect((await act(reply.id, 'cancel')).status).toBe(409)
    expect((await act(reply.id, 'retry')).status).toBe(409)
    expect((await act(reply.id, 'decision', { decision: 'send-again' })).status).toBe(409)
    expect(await desk.standing(reply.text)).toHaveLength(1)
  })

  it('keeps the order of a conversation when the first has to wait', async () => {
    const asked = await ask()
    await desk.fault({ kind: 'rate-limited', target: 'post', times: 1, ms: 1500 })
    const replies = [await replyTo(asked, 'First')]
    await desk.until(replies[0]?.id ?? raise(), ['queued'])
    for (const about of ['Second', 'Third']) replies.push(await replyTo(asked, about))
    for (const reply of replies) await expectSentOnce(reply)
    const wanted = replies.map(({ text }) => text)
    const order = (await desk.standing()).flatMap(
      ({ text }) => wanted.find((w) => text.endsWith(w)) ?? [],
    )
    expect(order).toEqual(wanted)
  })
})

describe('passing trouble', () => {
  it.each([
    ['rate limits', { kind: 'rate-limited', target: 'post', times: 2, ms: 500 }],
    ['an outage', { kind: 'outage', target: 'post', times: 3 }],
    ['a slow server', { kind: 'slow', target: 'post', ms: 1500, times: 1 }],
    ['a cut before the request was taken', { kind: 'cut-before-accept', times: 2 }],
    ['a cut after it was taken', { kind: 'cut-after-accept', times: 2 }],
    ['a request that arrives after it was given up', { kind: 'late-apply', ms: 400, times: 1 }],
    ['one that arrives after it was sent again', { kind: 'late-apply', ms: 2500, times: 1 }],
    ['an error page, nothing done', { kind: 'wrong', form: 'error-500', target: 'post', times: 2 }],
    [
      'an error page, all done',
      { kind: 'wrong', form: 'error-500', target: 'post', applied: true, times: 1 },
    ],
    ['a page of HTML', { kind: 'wrong', form: 'html', target: 'post', applied: true, times: 1 }],
    ['an empty answer', { kind: 'wrong', form: 'empty', target: 'post', applied: true, times: 1 }],
    ['half an answer', { kind: 'wrong', form: 'truncated', target: 'post', times: 1 }],
    ['an answer of another shape', { kind: 'wrong', form: 'shape', target: 'post', times: 1 }],
  ])(
    'leaves exactly one post on the network: %s',
    async (_, fault: { kind: string; ms?: number }) => {
      const asked = await ask()
      await desk.fault(fault)
      const reply = await replyTo(asked)
      const isLate = fault.kind === 'late-apply'
      await desk.until(reply.id, ['sent'], { hasten: !isLate })
      await pause(isLate ? (fault.ms ?? 0) : 0)
      await expectSentOnce(reply)
    },
  )

  it('still looks before it sends when the doubt was followed by other trouble', async () => {
    const asked = await ask()
    await desk.fault({ kind: 'late-apply', ms: 4000, times: 1 })
    await desk.fault({ kind: 'outage', target: 'post', after: 1 })
    const reply = await replyTo(asked)
    await expect
      .poll(async () => (await desk.delivery(reply.id)).reason?.kind, { timeout: 60_000 })
      .toBe('unavailable')
    // The keys of an hour ago are forgotten, and what was late has arrived.
    await expect.poll(() => desk.standing(reply.text), { timeout: 60_000 }).toHaveLength(1)
    desk.practice.network.db.raw.exec('delete from idempotency')
    await desk.heal()
    await desk.until(reply.id, ['sent'], { hasten: true })
    await expectSentOnce(reply)
  })
})

describe('lost access', () => {
  it('holds replies while the token is refused, in order, and lets them go by itself after', async () => {
    const asked = await ask()
    await desk.fault({ kind: 'expired-token' })
    const first = await replyTo(asked, 'Held first')
    const held = await desk.until(first.id, ['held'])
    expect(held.reason).toMatchObject({ kind: 'auth-expired' })
    const second = await replyTo(asked, 'Held second')
    await expect
      .poll(async () => (await desk.channel()).state, { timeout: 60_000 })
      .toBe('attention')
    await pause(600)
    expect(await desk.standing(first.text)).toEqual([])
    await desk.heal()
    await expectSentOnce(first)
    await expectSentOnce(second)
    const [one, two] = [await desk.standing(first.text), await desk.standing(second.text)]
    expect(BigInt(one[0]?.id ?? 0) < BigInt(two[0]?.id ?? 0)).toBe(true)
    expect((await desk.channel()).state).toBe('connected')
    expect(await timesTold('channel.trouble')).toBe(1)
  })

  it('holds what waits when the account is disconnected, and sends it when it is connected again', async () => {
    const asked = await ask()
    const reply = await replyTo(asked, 'Patience', { undoSeconds: 5 })
    const channel = await desk.channel()
    expect((await desk.api('DELETE', `/api/v1/channels/${channel.id}`)).status).toBe(204)
    expect((await desk.until(reply.id, ['held'])).reason?.detail).toContain('disconnected')
    await pause(500)
    expect(await desk.standing(reply.text)).toEqual([])
    const fields = { server: desk.practice.url, token: desk.practice.token }
    const path = `/api/v1/channels/${channel.id}/reconnect`
    expect((await desk.api('POST', path, { fields })).status).toBe(200)
    await expectSentOnce(reply)
  })
})

describe('refused by the network', () => {
  it('fails with the network’s words, and goes once when it is sent again after the cause is gone', async () => {
    const asked = await ask()
    const reply = await replyTo(asked, 'Answer to something gone', { undoSeconds: 5 })
    await desk.control('DELETE', `/practice/posts/${asked.post}`)
    const failed = await desk.until(reply.id, ['failed'])
    expect(failed).toMatchObject({ reason: { kind: 'rejected' }, can: { retry: true } })
    expect(failed.reason?.detail).toContain('does not appear to exist')
    expect((await act(reply.id, 'retry')).status).toBe(200)
    await expect
      .poll(async () => {
        const { state, attempts } = await desk.delivery(reply.id)
        return [state, attempts.map(({ kind, outcome }) => `${kind} ${outcome}`)]
      })
      .toEqual(['failed', ['send rejected', 'send rejected']])
    desk.practice.network.db.raw.exec(
      `update statuses set deleted_at = null where id = '${asked.post}'`,
    )
    expect((await act(reply.id, 'retry')).status).toBe(200)
    await expectSentOnce(reply)
  })

  it('tells the words of a server that takes less than it said', async () => {
    const asked = await ask()
    await setLimit('{public,text,0,max}', 5000)
    await setLimit('{private,text,0,max}', 5000)
    const reply = await replyTo(asked, 'x'.repeat(600))
    const failed = await desk.until(reply.id, ['failed'])
    expect(failed.reason?.detail).toContain('character limit of 500 exceeded')
    expect(await desk.standing(reply.text)).toEqual([])
  })
})

describe('a server that knows no keys', () => {
  const plain = () => desk.control('PUT', '/practice/mode', { preset: 'snac' })

  it('finds by looking what was taken before the connection was cut', async () => {
    const asked = await ask()
    await plain()
    await desk.fault({ kind: 'cut-after-accept', times: 1 })
    const reply = await replyTo(asked)
    await expectSentOnce(reply)
    expect(
      (await desk.delivery(reply.id)).attempts.map(({ kind, outcome }) => [kind, outcome]),
    ).toEqual([
      ['send', 'unknown-outcome'],
      ['look', 'found'],
    ])
  })

  it('finds what arrived late, and never sends it again', async () => {
    const asked = await ask()
    await plain()
    await desk.fault({ kind: 'late-apply', ms: 2500, times: 1 })
    const reply = await replyTo(asked)
    await expectSentOnce(reply)
    const { attempts } = await desk.delivery(reply.id)
    expect(attempts.filter(({ kind }) => kind === 'send')).toHaveLength(1)
  })

  async function intoDoubt(fault: object) {
    const asked = await ask()
    await plain()
    await desk.fault({ times: 1, ...fault })
    const reply = await replyTo(asked)
    const unknown = await desk.until(reply.id, ['unknown'], { hasten: true })
    expect(unknown).toMatchObject({ reason: { kind: 'unknown-outcome' }, can: { decide: true } })
    expect(unknown.reason?.detail).toMatch(/\d+ answers in the thread and \d+ posts/)
    expect(unknown.attempts.filter(({ kind }) => kind === 'send')).toHaveLength(1)
    return { ...reply, asked }
  }

  it('asks a person what became of what it cannot find, and sends again when they say so', async () => {
    const reply = await intoDoubt({ kind: 'cut-before-accept' })
    expect((await act(reply.id, 'cancel')).status).toBe(409)
    expect((await act(reply.id, 'decision', { decision: 'send-again' })).status).toBe(200)
    await expectSentOnce(reply)
  })

  it('gives it up when they say so', async () => {
    const reply = await intoDoubt({ kind: 'cut-before-accept' })
    const { body } = await act(reply.id, 'decision', { decision: 'give-up' })
    expect(body).toMatchObject({ state: 'cancelled' })
    await pause(300)
    expect(await desk.standing(reply.text)).toEqual([])
  })

  it('takes their word for where it stands, and for no post of another reply', async () => {
    const other = await replyTo(await ask())
    const known = await desk.until(other.id, ['sent'])
    const reply = await intoDoubt({ kind: 'cut-before-accept' })
    await postAsShop(reply.asked, reply.text)
    const [post] = await desk.standing(reply.text)
    const taken = { decision: 'it-is-there', remoteId: known.remote?.id }
    expect((await act(reply.id, 'decision', taken)).body).toMatchObject({
      errors: [{ field: 'remoteId' }],
    })
    const there = { decision: 'it-is-there', remoteId: post?.id }
    expect((await act(reply.id, 'decision', there)).body).toMatchObject({ state: 'sent' })
    await expectSentOnce(reply)
  })

  it('shows two posts that could be it, and leaves the choice to a person', async () => {
    const asked = await ask()
    await plain()
    const text = words('Said twice')
    await desk.fault({ kind: 'cut-before-accept', times: 1 })
    const { id } = await desk.reply(asked.conversation, { text })
    // Its own request has to meet the fault first, or ours below would.
    await vi.waitFor(
      async () => expect((await desk.delivery(id)).attempts[0]?.finishedAt).toBeTruthy(),
      { timeout: 60_000, interval: 100 },
    )
    for (const _ of [1, 2]) await postAsShop(asked, text)
    const unknown = await desk.until(id, ['unknown'], { hasten: true })
    const standing = (await desk.standing(text)).map((post) => post.id)
    expect(unknown.reason?.candidates?.map(({ remoteId }) => remoteId).sort()).toEqual(
      standing.sort(),
    )
  })
})

describe('pictures', () => {
  it('are written anew to fit the account, once, whatever happens to the answer', async () => {
    const asked = await ask()
    await setLimit('{media,imageBytes}', 60_000)
    const picture = await sharp({
      create: {
        width: 900,
        height: 700,
        channels: 3,
        background: '#fff',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
      .png()
      .toBuffer()
    const media = await desk.upload(picture)
    expect(media.bytes).toBeGreaterThan(60_000)
    await desk.fault({ kind: 'cut-after-accept', times: 1 })
    const reply = await replyTo(asked, 'See here', { media: [{ id: media.id, alt: 'A wall' }] })
    await expectSentOnce(reply)
    const [post] = await desk.standing(reply.text)
    expect(post?.media).toMatchObject([{ description: 'A wall' }])
    const stored = desk.practice.network.db.raw
      .prepare('select length(data) as bytes from media where id = ?')
      .get(post?.media[0]?.id ?? '')
    expect(z.object({ bytes: z.number() }).parse(stored).bytes).toBeLessThanOrEqual(60_000)
  })
})

/** As the shop itself, not by way of Parley: as what was late would come to stand. */
async function postAsShop(asked: Asked, text: string): Promise<void> {
  const status = `@${await handleOf(asked)} ${text}`
  const answer = await fetch(`${desk.practice.url}/api/v1/statuses`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${desk.practice.token}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ status, in_reply_to_id: asked.post }),
  })
  expect(answer.status).toBe(200)
}

async function handleOf({ post }: Asked): Promise<string> {
  const answer = await desk.control('GET', '/practice/statuses')
  const Post = z.object({ id: z.string(), account: z.string() })
  const { items } = z.object({ items: z.array(Post) }).parse(answer)
  return items.find(({ id }) => id === post)?.account ?? raise()
}

/** What the network said of itself, as if it had said it. Stands until the next whole check. */
async function setLimit(path: string, value: number): Promise<void> {
  await asServerOwner(
    desk.database.url,
    'update channels set limits = jsonb_set(limits, $1, $2::text::jsonb)',
    [path, value],
  )
}

async function timesTold(act: string): Promise<number> {
  const { body } = await desk.api('GET', `/api/v1/audit?act=${act}`)
  return z.object({ items: z.array(z.unknown()) }).parse(body).items.length
}

function raise(): never {
  throw new Error('it is missing')
}
