import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { ConversationSummary } from '../../../../contract/conversations.ts'
import { DeliveryView } from '../../../../contract/deliveries.ts'
import { listOf } from '../../../../contract/http.ts'
import { Move, type SplitInput } from '../../../../contract/moves.ts'
import { type PrivateMoveInput, PrivatePlace } from '../../../../contract/private-moves.ts'
import { query, request } from '../api.ts'

const one = (id: string) => `/api/v1/conversations/${id}`
const Outcome = z.object({ conversation: ConversationSummary, move: Move.nullable() })
export type MoveOutcome = z.infer<typeof Outcome>

/** Other conversations of the same person, open ones first; with `text` those in which it was said. */
export function mergeCandidatesQuery(id: string, text: string) {
  return queryOptions({
    queryKey: ['conversations', 'merge-candidates', id, text],
    queryFn: async ({ signal }) => {
      const path = `${one(id)}/merge-candidates${query({ text: text || undefined })}`
      return (await request(path, listOf(ConversationSummary), { signal })).items
    },
  })
}

export function mergeConversations(id: string, otherIds: string[]): Promise<MoveOutcome> {
  return request(`${one(id)}/merge`, Outcome, { method: 'POST', body: { otherIds } })
}

export function splitConversation(id: string, body: SplitInput): Promise<MoveOutcome> {
  return request(`${one(id)}/split`, Outcome, { method: 'POST', body })
}

export function undoMove({ keptId, id }: Move): Promise<MoveOutcome> {
  return request(`${one(keptId)}/moves/${id}/undo`, Outcome, { method: 'POST', body: {} })
}

/** Accounts at which this customer could go on in private, this network's first. */
export function privatePlacesQuery(id: string) {
  return queryOptions({
    queryKey: ['conversations', 'private-places', id],
    queryFn: async ({ signal }) =>
      (await request(`${one(id)}/private-places`, listOf(PrivatePlace), { signal })).items,
    staleTime: 60_000,
  })
}

/** `key` makes a repeated call the same reply. */
export function moveToPrivate(
  id: string,
  body: z.input<typeof PrivateMoveInput>,
  key: string,
): Promise<DeliveryView> {
  const headers = { 'idempotency-key': key }
  return request(`${one(id)}/move-to-private`, DeliveryView, { method: 'POST', body, headers })
}
