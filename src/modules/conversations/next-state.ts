import type { ConversationState } from '../../../contract/conversations.ts'
import { unreachable } from '../../platform/errors.ts'

/** What a conversation's state hangs on: how it was, and how its messages stand now. */
export type Standing = {
  state: ConversationState
  /** Since when a customer waited, as the row says. */
  waitedSince: Date | null
  /** When the last of its messages was written, as the row says. */
  lastAt: Date
  /** Since when one waits now: the oldest message after our last answer. */
  since: Date | null
  /** The newest message after our last answer. */
  heardAt: Date | null
  answeredAt: Date | null
  /** Customer messages that were not taken back. */
  standing: number
}

/** What a conversation just gained: customer messages that stand, and when the newest of them was written. */
export type Heard = { at: Date; count: number }

/**
 * The state that follows from the messages: a customer who speaks reopens, also by a message that comes late
 * and belongs between those known; an answer makes it wait for the customer; one that was ever answered is not
 * new; one of which the customer took everything back is done. What people set by hand stays otherwise. Pure.
 */
export function nextState(now: Standing, heard?: Heard): ConversationState {
  const { state, since, answeredAt, standing } = now
  const waitsAnew = since !== null && since.getTime() !== now.waitedSince?.getTime()
  switch (state) {
    case 'new':
    case 'open':
      if (standing === 0) return 'done'
      if (answeredAt === null) return state
      return since === null ? 'waiting-customer' : 'open'
    case 'waiting-customer':
      if (standing === 0) return 'done'
      return waitsAnew ? 'open' : state
    case 'waiting-colleague':
      return state
    case 'done': {
      // It was done because nothing stood in it: it begins again.
      if (standing > 0 && heard?.count === standing) return stateOf(now)
      const isUnanswered = heard && (answeredAt === null || heard.at > answeredAt)
      const isNewer = now.heardAt !== null && now.heardAt > now.lastAt
      return waitsAnew || isNewer || isUnanswered ? 'open' : state
    }
    default:
      return unreachable(state)
  }
}

/** Of a conversation that nobody touched. */
function stateOf({ since, answeredAt }: Standing): ConversationState {
  if (since === null) return 'waiting-customer'
  return answeredAt === null ? 'new' : 'open'
}
