import type { FastifyRequest } from 'fastify'
import type { Actor } from '../access/index.ts'
import type { ChannelDeps } from '../channels/index.ts'

export type ConversationDeps = ChannelDeps & {
  /** Address of the practice network, by which its channels are known. */
  practiceUrl: string
}

export type ConversationRouteDeps = ConversationDeps & { actorOf(request: FastifyRequest): Actor }
