import { describe, expect, it } from 'vitest'
import {
  arrival,
  countStanding,
  failureOf,
  replyTo,
  squeeze,
  standing,
  type TheStage,
} from './stage.ts'

/** What is sent, where it stands, and that it stands once. */
export function describeReplying<Credential>(the: TheStage<Credential>): void {
  describe('replying', () => {
    it('puts a reply where it belongs, with every character of its text', async () => {
      const { connector, world, opened } = the()
      const message = await arrival(the(), await world.customerMentions('Is it in stock?'), null)
      const text = `Da, este în stoc: https://shop.example/produse?id=7&x=1\n„Ștefan” & <b>co</b> 👩‍👩‍👧 ${Date.now()}`
      const sent = await connector.deliver(opened.session, replyTo(connector, message, { text }))
      const stands = await standing(the(), sent.remoteId)
      expect(stands.parentId).toBe(message.remoteId)
      expect(squeeze(stands.text)).toContain(squeeze(text))
      expect(stands.visibility).toBe(world.visibility ?? 'public')
      if (sent.url !== null) expect(sent.url).toMatch(/^https?:/)
    })

    it('sends media with its alt text', async () => {
      const { connector, world, opened } = the()
      const can = opened.account.abilities.media.can
      if (!can) return expect(opened.account.limits.media.max).toBe(0)
      const message = await arrival(the(), await world.customerMentions('How does it look?'), null)
      const media = [{ bytes: PNG, mime: 'image/png', alt: 'O cană roșie', width: 1, height: 1 }]
      const reply = replyTo(connector, message, { text: `Like this ${Date.now()}`, media })
      const sent = await connector.deliver(opened.session, reply)
      const stands = await standing(the(), sent.remoteId)
      expect(stands.imageAlts).toEqual(
        opened.account.abilities['alt-text'].can ? ['O cană roșie'] : [expect.anything()],
      )
    })

    it('carries a content warning over, where the network has them', async () => {
      const { connector, world, opened } = the()
      if (!opened.account.abilities['content-warning'].can)
        return expect(opened.account.abilities['content-warning']).toHaveProperty('why')
      const asked = await world.customerMentions('It went bad', { contentWarning: 'spoiled food' })
      const message = await arrival(the(), asked, null)
      expect(message.contentWarning).toBe('spoiled food')
      const { contentWarning } = message
      const reply = replyTo(connector, message, { text: `Sorry ${Date.now()}`, contentWarning })
      const sent = await connector.deliver(opened.session, reply)
      expect((await standing(the(), sent.remoteId)).contentWarning).toBe('spoiled food')
    })

    it('keeps a private message private in both directions', async () => {
      const { connector, world, opened } = the()
      if (!world.customerWritesPrivately)
        return expect(world).not.toHaveProperty('customerWritesPrivately')
      const secret = await world.customerWritesPrivately('My order number is 1234')
      const message = await arrival(the(), secret, null)
      expect(message).toMatchObject({ visibility: 'private', url: null })
      const reply = replyTo(connector, message, {
        text: `Thank you, it is on its way ${Date.now()}`,
      })
      const sent = await connector.deliver(opened.session, reply)
      const found = await connector.find?.(opened.session, reply)
      if (found) expect(found.matches.map((match) => match.remoteId)).toEqual([sent.remoteId])
      expect((await standing(the(), sent.remoteId)).visibility).toBe('private')
    })

    it('makes no second post of one key where it says that repeating is safe, and finds the first', async () => {
      const { connector, world, opened } = the()
      const message = await arrival(the(), await world.customerMentions('Twice?'), null)
      const reply = replyTo(connector, message, { text: `Only once ${Date.now()}` })
      const before = await connector.find?.(opened.session, reply)
      expect(before?.matches ?? []).toEqual([])
      const sent = await connector.deliver(opened.session, reply)
      await standing(the(), sent.remoteId)
      const found = await connector.find?.(opened.session, reply)
      if (!found) return expect(await countStanding(the(), reply)).toBe(1)
      expect(found.matches.map((match) => match.remoteId)).toEqual([sent.remoteId])
      expect(found.looked).not.toBe('')
      if (found.repeatSafe) {
        const again = await connector.deliver(opened.session, reply)
        expect(again.remoteId).toBe(sent.remoteId)
      }
      expect(await countStanding(the(), reply)).toBe(1)
    })

    it('does not take another reply for the one it looks for', async () => {
      const { connector, world, opened } = the()
      if (!connector.find) return expect(connector).not.toHaveProperty('find')
      const message = await arrival(the(), await world.customerMentions('Alike?'), null)
      const text = `Almost the same ${Date.now()}`
      await connector.deliver(opened.session, replyTo(connector, message, { text: `${text}!` }))
      const never = replyTo(connector, message, { text })
      expect((await connector.find(opened.session, never)).matches).toEqual([])
    })

    it('reports a refusal in the words of the network', async () => {
      const { connector, world, opened } = the()
      const message = await arrival(the(), await world.customerMentions('Too long?'), null)
      const reply = replyTo(connector, message, { text: 'far too long '.repeat(20_000) })
      const failure = await failureOf(connector.deliver(opened.session, reply))
      expect(failure.kind).toBe('rejected')
      expect('reason' in failure && failure.reason.length).toBeGreaterThan(5)
    })
  })
}

/** A red dot of one pixel. */
const PNG = Uint8Array.from(
  atob(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  ),
  (char) => char.charCodeAt(0),
)
