import { expect } from 'vitest'
import { Conversation, ConversationSummary } from '../contract/conversations.ts'
import { DeliveryView } from '../contract/deliveries.ts'
import { listOf } from '../contract/http.ts'
import type { Caller } from '../test/http.ts'

export type MemberApi = (method: string, path: string, body?: unknown) => ReturnType<Caller>

/** Waits only catch what hangs. */
export const soon = { timeout: 120_000, interval: 200 }

/** What a member does by the API: sees what came in, answers, and waits until the answer stands. */
export function createMember(api: MemberApi) {
  const conversation = async (id: string) =>
    Conversation.parse((await api('GET', `conversations/${id}`)).body)
  const conversations = async () => {
    const path = 'conversations?limit=100&state=new,open,waiting-customer,waiting-colleague,done'
    return listOf(ConversationSummary).parse((await api('GET', path)).body).items
  }
  return {
    conversation,
    conversations,
    /** The conversation whose newest message has this text, as soon as there is one. */
    async arrived(text: string): Promise<Conversation> {
      let found: string | undefined
      await expect
        .poll(async () => {
          found = (await conversations()).find(({ preview }) => preview.includes(text))?.id
          return found
        }, soon)
        .toBeDefined()
      return conversation(found ?? '')
    },
    /** @returns the delivery once it was sent */
    async answer(id: string, text: string): Promise<DeliveryView> {
      const { body } = await api('POST', `conversations/${id}/replies`, { text })
      let now = DeliveryView.parse(body)
      await expect
        .poll(async () => {
          now = DeliveryView.parse((await api('GET', `deliveries/${now.id}`)).body)
          return now.state
        }, soon)
        .toBe('sent')
      return now
    },
  }
}
