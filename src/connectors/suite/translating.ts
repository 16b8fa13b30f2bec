import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../contract.ts'
import { arrival, messagesOf, receiveAll, type TheStage } from './stage.ts'

/** From the network's JSON to the words of the core, whatever the JSON. */
export function describeTranslating<Credential>(the: TheStage<Credential>): void {
  describe('translating', () => {
    it('tells who wrote what, when, to whom and where it can be read', async () => {
      const { world } = the()
      const text = 'Bună ziua, ați primit comanda?\nMulțumesc & <salut> 🐟'
      const root = await world.customerMentions(text)
      const message = await arrival(the(), root, null)
      expect(message.text).toContain(text.split('\n')[0]?.normalize('NFC'))
      expect(message.text.split('\n').some((line) => line.includes('& <salut> 🐟'))).toBe(true)
      expect(message).toMatchObject({
        mine: false,
        visibility: world.visibility ?? 'public',
        parentId: null,
      })
      expect(message.rootId === null || message.rootId === undefined).toBe(true)
      expect(message.author.handle).not.toMatch(/^@|^$/)
      if (world.visibility === 'private') expect(message.url).toBeNull()
      else expect(message.url).toMatch(/^https?:/)
      expect(Math.abs(Date.now() - message.createdAt.getTime())).toBeLessThan(15 * 60_000)
      const reply = await arrival(the(), await world.customerReplies(root, 'Still nothing'), null)
      expect(reply.parentId).toBe(root.remoteId)
      expect(reply.author.remoteId).not.toBe(the().opened.account.remoteId)
    })

    it('shows what came with a message, with its alt text', async () => {
      const { connector, world, opened } = the()
      const post = await world.customerMentions('It came broken', { imageAlt: 'O cană spartă' })
      const { media } = await arrival(the(), post, null)
      const { can } = opened.account.abilities['alt-text']
      expect(media).toMatchObject([{ kind: 'image', alt: can ? 'O cană spartă' : null }])
      expect(media[0]?.url).toMatch(connector.media ? /^[a-z]+:/ : /^https?:/)
    })

    it('translates every event it receives', async () => {
      const { connector, opened } = the()
      const { events } = await receiveAll(connector, opened.session, null)
      expect(events.length).toBeGreaterThan(0)
      const kinds = events.map(
        (event) => connector.translate(event.raw, opened.session.account).kind,
      )
      expect(kinds.filter((kind) => kind === 'message').length).toBeGreaterThan(0)
    })

    it('gives the thread root first and knows its own posts', async () => {
      const { connector, world, opened } = the()
      const thread = connector.thread
      if (!thread) return expect(connector.thread).toBeUndefined()
      const own = await world.accountPosts('We are open on Saturday')
      const asked = await world.customerReplies(own, 'Until what hour?')
      const message = await arrival(the(), asked, null)
      const around = messagesOf(the(), await thread(opened.session, message))
      expect(around.map((m) => m.remoteId)).toEqual([own.remoteId, asked.remoteId])
      expect(around.map((m) => m.mine)).toEqual([true, false])
    })

    it('answers or throws an Error for any JSON, and always comes to an end', async () => {
      const { connector, opened } = the()
      const { events } = await receiveAll(connector, opened.session, null)
      const seeds = events.slice(-5).map((event) => event.raw)
      const mutant = fc
        .tuple(fc.constantFrom(...seeds), fc.array(fc.nat(40), { maxLength: 6 }), fc.jsonValue())
        .map(([seed, path, value]) => replaceAt(seed, path, toJson(value)))
      const any = fc.oneof(mutant, fc.jsonValue().map(toJson))
      fc.assert(
        fc.property(any, (raw) =>
          isAnswerOrError(() => connector.translate(raw, opened.session.account)),
        ),
        { numRuns: 500 },
      )
      const began = performance.now()
      for (const seed of seeds)
        for (const noise of ['<', '<a href="', '&', '@', 'https://', '\n', '<p><span>'])
          isAnswerOrError(() =>
            connector.translate(swapTexts(seed, noise.repeat(20_000)), opened.session.account),
          )
      expect(performance.now() - began).toBeLessThan(20_000)
    })
  })
}

/** True when the call came to an answer or threw an Error; anything else fails the property. */
function isAnswerOrError(call: () => unknown): boolean {
  try {
    return call() !== undefined
  } catch (error) {
    return error instanceof Error
  }
}

/** The value with whatever stands at `path` (indexes into keys and items, wrapping) replaced. */
function replaceAt(value: Json, path: readonly number[], replacement: Json): Json {
  const [step, ...rest] = path
  if (step === undefined || typeof value !== 'object' || value === null) return replacement
  if (Array.isArray(value)) {
    const index = value.length === 0 ? 0 : step % value.length
    return value.map((item, i) => (i === index ? replaceAt(item, rest, replacement) : item))
  }
  const keys = Object.keys(value)
  const chosen = keys[step % Math.max(keys.length, 1)]
  const entries = Object.entries(value)
  return Object.fromEntries(
    entries.map(([key, item]) => [key, key === chosen ? replaceAt(item, rest, replacement) : item]),
  )
}

/** The value with every text that could be prose replaced: ids, dates and addresses stay. */
function swapTexts(value: Json, text: string): Json {
  if (typeof value === 'string') return /[ <]/.test(value) ? text : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => swapTexts(item, text))
  return Object.fromEntries(Object.entries(value).map(([k, item]) => [k, swapTexts(item, text)]))
}

function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value) ?? 'null')
}
