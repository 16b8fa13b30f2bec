import { ConversationMergeInput, Move, SplitInput } from '../moves.ts'
import { example } from './example.ts'

export const movesExamples = [
  example(ConversationMergeInput, {
    otherIds: ['01a2031a-a000-7b5c-967d-7f80f24db8e5'],
  }),
  example(SplitInput, {
    messageIds: ['01a2031a-a022-7b5c-967d-7f80f24db8e5'],
  }),
  example(Move, {
    id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
    kind: 'merge',
    at: '2026-11-22T09:00:00.000Z',
    byName: 'Olga',
    keptId: '01a2031a-a033-7b5c-967d-7f80f24db8e5',
    others: [
      {
        id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
        network: 'mastodon',
        handle: 'mara@social.example',
        messages: 2,
      },
    ],
    undoneAt: null,
    undoneByName: null,
    can: {
      undo: false,
    },
  }),
]
