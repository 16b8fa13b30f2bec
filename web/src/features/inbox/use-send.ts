import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { Conversation, Draft } from '../../../../contract/conversations.ts'
import type { ReplyWarningId } from '../../../../contract/ids.ts'
import { ApiError } from '../../lib/api.ts'
import { sendReply } from '../../lib/queries/conversations.ts'
import { randomId } from '../../lib/random-id.ts'
import { newestStanding } from './timeline.ts'

type Words = Draft & { acknowledge?: ReplyWarningId }

/**
 * Hands a reply over to the server. The words stay in the box until the server has them. A repeated press
 * after a broken connection uses the same key, so that the reply is made once. `blank`: nothing is
 * written yet; what stands there until writing begins has been seen, and what comes later is warned of.
 */
export function useSend(conversation: Conversation, blank: boolean, onAccepted: () => void) {
  const client = useQueryClient()
  const attempt = useRef<{ content: string; key: string }>(undefined)
  const newest = newestStanding(conversation)
  const seen = useRef(newest)
  if (blank) seen.current = newest
  const send = useMutation({
    mutationFn: ({ text, media, contentWarning, acknowledge }: Words) => {
      const warning = conversation.can.warn ? contentWarning : null
      const body = { text, media, ...(warning ? { contentWarning: warning } : {}) }
      const content = JSON.stringify(body)
      if (attempt.current?.content !== content) attempt.current = { content, key: randomId() }
      const told = { lastSeen: seen.current, ...(acknowledge ? { acknowledge } : {}) }
      return sendReply(conversation.id, { ...body, ...told }, attempt.current.key)
    },
    onSuccess: (delivery) => {
      attempt.current = undefined
      client.setQueryData<Conversation>(
        ['conversations', 'one', conversation.id],
        (known) =>
          known && {
            ...known,
            draft: null,
            deliveries: [...known.deliveries.filter((each) => each.id !== delivery.id), delivery],
          },
      )
      onAccepted()
    },
    onError: (error) => {
      // Anything but a lost connection was an answer: the next press is a new attempt.
      if (!(error instanceof ApiError) || (error.status !== 0 && error.status < 500))
        attempt.current = undefined
    },
    // Not waited for: the next words can be written at once.
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['conversations'] })
    },
  })
  return { mutate: send.mutate, isPending: send.isPending, problem: send.error, reset: send.reset }
}
