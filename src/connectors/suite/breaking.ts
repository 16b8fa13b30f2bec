import { describe, expect, it } from 'vitest'
import {
  arrival,
  countStanding,
  eventually,
  failureOf,
  receiveAll,
  replyTo,
  type TheStage,
} from './stage.ts'
import type { Fault } from './world.ts'

/** Failures stay closed: the caller knows whether anything was sent, and when to come again. */
export function describeFaults<Credential>(the: TheStage<Credential>): void {
  describe('when things break', () => {
    const withFault = async (fault: Fault, run: () => Promise<void>) => {
      const { world } = the()
      const make = world.faults?.[fault]
      if (!make) return expect(world.faults?.[fault]).toBeUndefined()
      await make(fault === 'lost-answer' ? 1 : 20)
      await run().finally(() => world.heal?.())
    }

    it('does not know the outcome of a send whose answer was lost, and finds it by looking', async () => {
      const { connector, world, opened } = the()
      const message = await arrival(the(), await world.customerMentions('Lost?'), null)
      const reply = replyTo(connector, message, { text: `Not lost ${Date.now()}` })
      await withFault('lost-answer', async () => {
        const failure = await failureOf(connector.deliver(opened.session, reply))
        expect(failure.kind).toBe('unknown-outcome')
        await world.heal?.()
        const { find } = connector
        if (!find) return expect(await countStanding(the(), reply)).toBe(1)
        const found = await eventually(the(), async () => {
          const looked = await find(opened.session, reply)
          return looked.matches.length > 0 ? looked : null
        })
        expect(found.matches.length).toBe(1)
        if (found.repeatSafe) {
          const again = await connector.deliver(opened.session, reply)
          expect(again.remoteId).toBe(found.matches[0]?.remoteId)
        }
        expect(await countStanding(the(), reply)).toBe(1)
      })
    })

    it('says until when it is rate limited, and has sent nothing', async () => {
      const { connector, world, opened } = the()
      const message = await arrival(the(), await world.customerMentions('Busy?'), null)
      const reply = replyTo(connector, message, { text: `Busy ${Date.now()}` })
      await withFault('rate-limited', async () => {
        for (const call of [
          () => connector.receive(opened.session, null),
          () => connector.deliver(opened.session, reply),
        ]) {
          const failure = await failureOf(call())
          expect(failure.kind).toBe('rate-limited')
          if (failure.kind === 'rate-limited')
            expect(failure.retryAt.getTime()).toBeGreaterThan(Date.now() - 5_000)
        }
        expect(await countStanding(the(), reply)).toBe(0)
      })
    })

    it('tells a credential that is no longer accepted from every other trouble', async () => {
      const { connector, world, opened } = the()
      const message = await arrival(the(), await world.customerMentions('Locked out?'), null)
      const reply = replyTo(connector, message, { text: `Locked out ${Date.now()}` })
      await withFault('expired-token', async () => {
        for (const call of [
          () => connector.verify(opened.session),
          () => connector.receive(opened.session, null),
          () => connector.deliver(opened.session, reply),
        ])
          expect(await failureOf(call())).toMatchObject({ kind: 'auth-expired', lost: 'token' })
        expect(await countStanding(the(), reply)).toBe(0)
      })
    })

    it('calls an outage unavailable, and receives what was written meanwhile', async () => {
      const { connector, world, opened } = the()
      const { cursor } = await receiveAll(connector, opened.session, null)
      const meanwhile = await world.customerMentions('Written in the dark')
      await withFault('outage', async () => {
        const failure = await failureOf(connector.receive(opened.session, cursor))
        expect(failure.kind).toBe('unavailable')
      })
      const message = await arrival(the(), meanwhile, cursor)
      expect(message.remoteId).toBe(meanwhile.remoteId)
    })

    it('fails in a closed way when the answer is garbage', async () => {
      const { connector, world, opened } = the()
      const message = await arrival(the(), await world.customerMentions('Garbage?'), null)
      await withFault('garbage', async () => {
        expect((await failureOf(connector.verify(opened.session))).kind).toBe('unavailable')
        expect((await failureOf(connector.receive(opened.session, null))).kind).toBe('unavailable')
        const reply = replyTo(connector, message, { text: `Garbage ${Date.now()}` })
        const failure = await failureOf(connector.deliver(opened.session, reply))
        expect(['unknown-outcome', 'unavailable']).toContain(failure.kind)
      })
    })
  })
}
