import { useLingui } from '@lingui/react/macro'
import {
  type InfiniteData,
  type QueryClient,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import type { Conversation, ConversationState } from '../../../../contract/conversations.ts'
import type { MemberId } from '../../../../contract/ids.ts'
import { useProblemWords } from '../problem-words.ts'
import { toast } from '../toasts.ts'
import {
  type ConversationPage,
  type ConversationSummaryView,
  changeConversation,
} from './conversations.ts'

export type Assignee = { id: MemberId; name: string } | null
export type Change = {
  state?: ConversationState
  assignee?: Assignee
  severity?: string | null
}

type Before = Pick<ConversationSummaryView, 'state' | 'assignee'> &
  Partial<Pick<ConversationSummaryView, 'severity'>>

/**
 * Changes a conversation's state, holder or severity: the screen shows it in the next frame, the server decides,
 * and a refusal puts back what was there and says so. `said` is the toast, with Undo.
 */
export function useChangeConversation() {
  const client = useQueryClient()
  const { t } = useLingui()
  const problemWords = useProblemWords()
  const change = useMutation({
    mutationFn: ({ id, to }: { id: string; to: Change; said?: string; undo?: Before }) =>
      changeConversation(id, {
        ...(to.state ? { state: to.state } : {}),
        ...(to.assignee !== undefined ? { assigneeId: to.assignee?.id ?? null } : {}),
        ...(to.severity !== undefined ? { severity: to.severity } : {}),
      }),
    onMutate: async ({ id, to }) => {
      await client.cancelQueries({ queryKey: ['conversations'] })
      const lists = client.getQueriesData<InfiniteData<ConversationPage>>({
        queryKey: ['conversations', 'list'],
      })
      const one = client.getQueryData<Conversation>(['conversations', 'one', id])
      show(client, id, to)
      return { lists, one }
    },
    onSuccess: (_answer, { id, said, undo }) => {
      if (!said) return
      const run = () =>
        undo &&
        change.mutate({
          id,
          to: {
            state: undo.state,
            assignee: undo.assignee,
            ...(undo.severity !== undefined ? { severity: undo.severity } : {}),
          },
        })
      toast(said, undo ? { action: { label: t`Undo`, run } } : {})
    },
    onError: (error, { id }, before) => {
      for (const [key, data] of before?.lists ?? []) client.setQueryData(key, data)
      if (before?.one) client.setQueryData(['conversations', 'one', id], before.one)
      const why = problemWords(error)
      toast(t`That did not work, and is as it was before. ${why}`, { tone: 'problem' })
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['conversations'] }),
  })
  return change
}

function show(client: QueryClient, id: string, to: Change): void {
  const values = {
    ...(to.state ? { state: to.state } : {}),
    ...(to.assignee !== undefined ? { assignee: to.assignee } : {}),
    ...(to.severity !== undefined ? { severity: to.severity } : {}),
  }
  client.setQueryData<Conversation>(['conversations', 'one', id], (known) =>
    known ? { ...known, ...values } : known,
  )
  client.setQueriesData<InfiniteData<ConversationPage>>(
    { queryKey: ['conversations', 'list'] },
    (known) =>
      known && {
        ...known,
        pages: known.pages.map((page) => ({
          ...page,
          items: page.items.map((item) => (item.id === id ? { ...item, ...values } : item)),
        })),
      },
  )
}
