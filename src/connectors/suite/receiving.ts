import { describe, expect, it } from 'vitest'
import { arrival, eventually, messagesOf, receiveAll, type TheStage } from './stage.ts'

/** Completeness, order and resumption of what a network says. */
export function describeReceiving<Credential>(the: TheStage<Credential>): void {
  describe('receiving', () => {
    it('receives everything, oldest first, once, and the same ids when asked again', async () => {
      const { connector, world, opened } = the()
      const before = await receiveAll(connector, opened.session, null)
      const written: string[] = []
      for (let i = 1; i <= (world.burst ?? 5); i++)
        written.push((await world.customerMentions(`Burst ${i}, where is my parcel?`)).remoteId)
      const last = written.at(-1) ?? ''
      await arrival(the(), { remoteId: last }, before.cursor)
      const after = await receiveAll(connector, opened.session, before.cursor)
      expect(messagesOf(the(), after.events).map((m) => m.remoteId)).toEqual(written)
      expect(new Set(after.events.map((event) => event.id)).size).toBe(after.events.length)
      const again = await receiveAll(connector, opened.session, before.cursor)
      expect(again.events.map((event) => event.id)).toEqual(after.events.map((event) => event.id))
      const nothing = await receiveAll(connector, opened.session, after.cursor)
      expect(nothing.events).toEqual([])
      expect((await receiveAll(connector, opened.session, nothing.cursor)).events).toEqual([])
    })

    it('goes on from the cursor of any page without loss', async () => {
      const { connector, world, opened } = the()
      const start = (await receiveAll(connector, opened.session, null)).cursor
      const first = await world.customerMentions('First of two')
      await arrival(the(), first, start)
      const page = await connector.receive(opened.session, start)
      const second = await world.customerMentions('Second of two')
      await arrival(the(), second, page.cursor)
      const rest = await receiveAll(connector, opened.session, page.cursor)
      const both = messagesOf(the(), [...page.events, ...rest.events]).map((m) => m.remoteId)
      expect(both).toEqual([first.remoteId, second.remoteId])
    })

    it('takes what the last days brought when it starts without a cursor', async () => {
      const { connector, world, opened } = the()
      const { remoteId } = await world.customerMentions('Written before you connected')
      await arrival(the(), { remoteId }, null)
      const { events } = await receiveAll(connector, opened.session, null)
      expect(messagesOf(the(), events).map((m) => m.remoteId)).toContain(remoteId)
    })

    it('wakes up soon after something was written, and ends when told', async () => {
      const { connector, world, opened } = the()
      if (!connector.listen || !opened.account.abilities.stream.can)
        return expect(connector.listen === undefined || !opened.account.abilities.stream.can).toBe(
          true,
        )
      const ending = new AbortController()
      let wakes = 0
      const wake = () => {
        wakes++
      }
      const listening = connector.listen(opened.session, wake, ending.signal)
      let ended = false
      listening.finally(() => {
        ended = true
      })
      // Opening may wake as well; what counts is to be woken by what is written afterwards.
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      const before = wakes
      await eventually(the(), async () => {
        if (ended) throw new Error('the stream ended by itself')
        await world.customerMentions('Anybody there?')
        await new Promise((resolve) => setTimeout(resolve, 400))
        return wakes > before ? wakes : null
      })
      ending.abort()
      await expect(listening).resolves.toBeUndefined()
    }, 60_000)
  })
}
