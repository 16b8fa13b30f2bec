import { AsideEvent, ReplayOutcome } from '../events.ts'
import { example } from './example.ts'

export const eventsExamples = [
  example(AsideEvent, {
    id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
    channelId: '01a2031a-a044-7b5c-967d-7f80f24db8e5',
    receivedAt: '2026-11-22T09:00:00.000Z',
    problem: 'problem',
    attempts: 1,
    raw: 'words',
  }),
  example(ReplayOutcome, {
    understood: true,
    problem: null,
  }),
]
