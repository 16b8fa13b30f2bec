import type { ChannelDeps } from '../channels/index.ts'

export type ConversationDeps = ChannelDeps
