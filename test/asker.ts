import { expect } from 'vitest'
import type { DeliveryView } from '../contract/deliveries.ts'
import type { Asked, Desk } from './desk.ts'

/** What tests of deliveries do at a desk that is opened before them. */
export function askAt(desk: () => Desk) {
  let count = 0
  /** Words that nothing else on the network says. */
  const words = (about: string) => `${about} no. ${++count}`
  return {
    words,
    ask: (): Promise<Asked> => desk().customerAsks(words('Where is my parcel?')),

    /** Replies with a key, and gives the words that it sent. */
    async replyTo({ conversation }: Asked, about = 'On its way', more = {}) {
      const text = words(about)
      const delivery = await desk().reply(conversation, { text, ...more }, crypto.randomUUID())
      return { id: delivery.id, text }
    },

    act: (id: string, name: string, body?: object) =>
      desk().api('POST', `/api/v1/deliveries/${id}/${name}`, body),

    /** The truth on the network: exactly one post says this, and the delivery names that one. */
    async expectSentOnce({ id, text }: { id: DeliveryView['id']; text: string }) {
      const sent = await desk().until(id, ['sent'])
      const standing = await desk().standing(text)
      expect(standing.map((post) => post.id)).toEqual([sent.remote?.id])
    },
  }
}
