import { describe, expect, it } from 'vitest'
import { arrival, eventually, messagesOf, type TheStage } from './stage.ts'

/** Edits and deletions by customers. */
export function describeChanges<Credential>(the: TheStage<Credential>): void {
  describe('edits and deletions', () => {
    it('sees nothing new in a message that nobody touched', async () => {
      const { connector, world, opened } = the()
      if (!connector.recheck) return expect(connector.recheckBatch).toBeUndefined()
      const message = await arrival(the(), await world.customerMentions('Left alone'), null)
      expect(connector.recheckBatch).toBeGreaterThan(0)
      expect(await connector.recheck(opened.session, [message])).toEqual([])
    })

    it('follows an edit', async () => {
      const { connector, world, opened } = the()
      if (!world.customerEdits || !connector.recheck)
        return expect(world.customerEdits && connector.recheck).toBeUndefined()
      const post = await world.customerMentions('I ordred a cup')
      const message = await arrival(the(), post, null)
      await world.customerEdits(post, 'I ordered two cups')
      const edited = await eventually(the(), async () => {
        const events = (await connector.recheck?.(opened.session, [message])) ?? []
        return messagesOf(the(), events)[0] ?? null
      })
      expect(edited.remoteId).toBe(message.remoteId)
      expect(edited.text).toContain('I ordered two cups')
      expect(edited.version).not.toBe(message.version)
      expect(edited.editedAt?.getTime()).toBeGreaterThan(message.editedAt?.getTime() ?? 0)
      expect(await connector.recheck(opened.session, [edited])).toEqual([])
    })

    it('follows a deletion, and tells it by the same event id each time', async () => {
      const { connector, world, opened } = the()
      if (!world.customerDeletes || !connector.recheck)
        return expect(world.customerDeletes && connector.recheck).toBeUndefined()
      const kept = await arrival(the(), await world.customerMentions('This one stays'), null)
      const post = await world.customerMentions('Sorry, wrong shop')
      const message = await arrival(the(), post, null)
      await world.customerDeletes(post)
      const events = await eventually(the(), async () => {
        const found = (await connector.recheck?.(opened.session, [kept, message])) ?? []
        return found.length > 0 ? found : null
      })
      const translated = events.map((event) =>
        connector.translate(event.raw, opened.session.account),
      )
      expect(translated).toEqual([
        { kind: 'deleted', remoteId: post.remoteId, at: expect.any(Date) },
      ])
      const again = await connector.recheck(opened.session, [kept, message])
      expect(again.map((event) => event.id)).toEqual(events.map((event) => event.id))
    })
  })
}
