import { PageView } from '../pages.ts'
import { example } from './example.ts'

export const pagesExamples = [
  example(PageView, {
    id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
    conversationId: '01a2031a-a055-7b5c-967d-7f80f24db8e5',
    person: 'Mara Ionescu',
    severity: 'severity',
    state: 'open',
    openedAt: '2026-11-22T09:00:00.000Z',
    nextAt: null,
    endedAt: '2026-11-22T09:00:00.000Z',
    acknowledged: {
      name: 'Mara Ionescu',
      via: 'app',
      at: '2026-11-22T09:00:00.000Z',
    },
    calls: [
      {
        step: 3,
        tier: 'on-call',
        member: {
          id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
          name: 'Mara Ionescu',
        },
        way: 'mail',
        state: 'waiting',
        problem: null,
        at: '2026-11-22T09:00:00.000Z',
      },
    ],
    can: {
      acknowledge: false,
    },
  }),
]
