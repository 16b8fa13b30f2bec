import { Digest, DigestSubscription, Threshold, ThresholdInput } from '../digest.ts'
import { example } from './example.ts'

const item = {
  conversationId: '01a2031a-a033-7b5c-967d-7f80f24db8e5',
  network: 'mastodon',
  person: 'Mara Ionescu',
  words: 'When do you open?',
  since: '2026-11-22T09:00:00.000Z',
  messages: 2,
  people: 1,
  delivery: null,
}

export const digestExamples = [
  example(Digest, {
    at: '2026-11-22T09:00:00.000Z',
    urgent: [item],
    worst: [item],
    overdue: [item],
    longest: [item],
    undelivered: [item],
    handedOver: [item],
    heard: [item],
    best: [item],
    wonBack: [item],
    goodwill: [
      {
        id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
        conversationId: '01a2031a-a033-7b5c-967d-7f80f24db8e5',
        person: 'Mara Ionescu',
        kind: 'gift',
        cost: 3,
        currency: 'EUR',
        note: 'A cake as an apology',
        byName: 'Olga',
        at: '2026-11-22T09:00:00.000Z',
        can: {
          change: false,
        },
      },
    ],
  }),
  example(DigestSubscription, {
    on: false,
    hour: 8,
    locale: 'en',
  }),
  example(Threshold, {
    id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
    kind: 'late',
    bound: 5,
    member: {
      id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
      name: 'Mara Ionescu',
    },
    aboveSince: '2026-11-22T09:00:00.000Z',
  }),
  example(ThresholdInput, {
    kind: 'late',
    bound: 5,
    memberId: '01a2031a-a022-7b5c-967d-7f80f24db8e5',
  }),
]
