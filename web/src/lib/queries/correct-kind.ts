import { useLingui } from '@lingui/react/macro'
import {
  type InfiniteData,
  type QueryClient,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import type { Conversation, Message } from '../../../../contract/conversations.ts'
import {
  CorrectedMessage,
  type MessageKind,
  type MessageReading,
} from '../../../../contract/understanding.ts'
import { request } from '../api.ts'
import { kindOf } from '../kind-of.ts'
import { useKindWords } from '../kind-words.ts'
import { useProblemWords } from '../problem-words.ts'
import { toast } from '../toasts.ts'
import type { ConversationPage } from './conversations.ts'
import { useMe } from './session.ts'

type Correction = {
  conversationId: string
  message: Message
  /** Null: as Parley reads it. */
  kind: MessageKind | null
  /** It takes a correction back: without Undo of its own. */
  back?: MessageReading
}

/**
 * Says what kind a customer's message is: the bubble and the row show it in the next frame, and a refusal puts
 * back what was there and says so. What Parley reads is known only when the server has answered.
 */
export function useCorrectKind() {
  const client = useQueryClient()
  const { t } = useLingui()
  const { me } = useMe()
  const words = useKindWords()
  const problemWords = useProblemWords()
  const correct = useMutation({
    mutationFn: ({ message, kind }: Correction) =>
      request(`/api/v1/messages/${message.id}/kind`, CorrectedMessage, {
        method: 'PUT',
        body: { kind },
      }),
    onMutate: async ({ conversationId, message, kind, back }) => {
      await client.cancelQueries({ queryKey: ['conversations'] })
      const lists = client.getQueriesData<InfiniteData<ConversationPage>>({
        queryKey: ['conversations', 'list'],
      })
      const one = client.getQueryData<Conversation>(['conversations', 'one', conversationId])
      const guess = {
        kind: kind ?? message.reading?.kind ?? null,
        feeling: null,
        correctedBy: kind === null ? null : me.name,
      }
      show(client, conversationId, message.id, back ?? guess)
      return { lists, one }
    },
    onSuccess: ({ kind, feeling, correctedBy }, { conversationId, message, back }) => {
      show(client, conversationId, message.id, { kind, feeling, correctedBy })
      const before = message.reading
      if (back || !before) return
      toast(`${message.authorName}: ${words[kind ?? 'other']}`, {
        action: {
          label: t`Undo`,
          run: () =>
            correct.mutate({
              ...{ conversationId, message, back: before },
              kind: before.correctedBy === null ? null : before.kind,
            }),
        },
      })
    },
    onError: (error, { conversationId }, before) => {
      for (const [key, data] of before?.lists ?? []) client.setQueryData(key, data)
      if (before?.one) client.setQueryData(['conversations', 'one', conversationId], before.one)
      const why = problemWords(error)
      toast(t`That did not work, and is as it was before. ${why}`, { tone: 'problem' })
    },
    onSettled: () => {
      for (const queryKey of [['conversations'], ['digest'], ['figures']])
        void client.invalidateQueries({ queryKey })
    },
  })
  return correct
}

function show(
  client: QueryClient,
  conversationId: string,
  messageId: string,
  reading: MessageReading,
): void {
  const known = client.getQueryData<Conversation>(['conversations', 'one', conversationId])
  if (!known) return
  const messages = known.messages.map((message) =>
    message.id === messageId ? { ...message, reading } : message,
  )
  const kind = kindOf(messages)
  client.setQueryData<Conversation>(['conversations', 'one', conversationId], {
    ...known,
    messages,
    kind,
  })
  client.setQueriesData<InfiniteData<ConversationPage>>(
    { queryKey: ['conversations', 'list'] },
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({
          ...page,
          items: page.items.map((item) => (item.id === conversationId ? { ...item, kind } : item)),
        })),
      },
  )
}
