import type { ChannelDeps } from '../channels/index.ts'

export type ConversationDeps = ChannelDeps & {
  /** Address of the practice network, by which its channels are known. */
  practiceUrl: string
}
