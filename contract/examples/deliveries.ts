import { DeliveryDecision, DeliveryView } from '../deliveries.ts'
import { example } from './example.ts'

export const deliveriesExamples = [
  example(DeliveryDecision, {
    decision: 'it-is-there',
    remoteId: '114862',
  }),
  example(DeliveryView, {
    id: '01a20332-305b-7159-8479-7c5bfa2189a3',
    state: 'failed',
    channelId: '01a20332-17e0-7046-a56b-96ce6701d2e6',
    conversationId: '01a20332-2f31-74e5-9d81-61eb6e126d93',
    replyTo: '01a20332-2f3a-757a-9c8a-7cab23bd53d1',
    text: 'An answer to something that is gone',
    contentWarning: null,
    media: [],
    undoUntil: null,
    reason: {
      kind: 'rejected',
      detail: 'The post you are trying to reply to does not appear to exist.',
      at: '2026-11-22T12:19:12.182Z',
    },
    remote: null,
    createdBy: 'test',
    createdAt: '2026-11-22T12:19:10.457Z',
    sentAt: null,
    attempts: [
      {
        number: 1,
        kind: 'send',
        startedAt: '2026-11-22T12:19:12.071Z',
        finishedAt: '2026-11-22T12:19:12.240Z',
        outcome: 'rejected',
        detail: 'The post you are trying to reply to does not appear to exist.',
      },
    ],
    can: {
      cancel: false,
      retry: true,
      decide: false,
    },
  }),
]
