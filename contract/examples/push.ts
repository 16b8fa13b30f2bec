import {
  PushSettings,
  PushSubscriptionInput,
  PushSubscriptionView,
  PushTestOutcome,
} from '../push.ts'
import { example } from './example.ts'

export const pushExamples = [
  example(PushSubscriptionInput, {
    endpoint: 'endpoint',
    keys: {
      p256dh:
        'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM',
      auth: 'tBHItJI5svbpez7KI4CCXg',
    },
    locale: 'en',
    name: 'Mara Ionescu',
  }),
  example(PushSubscriptionView, {
    id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
    name: 'Mara Ionescu',
    host: 'shop.example',
    endpointHash: 'endpoint hash',
    createdAt: '2026-11-22T09:00:00.000Z',
    sentAt: '2026-11-22T09:00:00.000Z',
    problem: null,
  }),
  example(PushSettings, {
    publicKey: 'public key',
    items: [
      {
        id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
        name: 'Mara Ionescu',
        host: 'shop.example',
        endpointHash: 'endpoint hash',
        createdAt: '2026-11-22T09:00:00.000Z',
        sentAt: '2026-11-22T09:00:00.000Z',
        problem: null,
      },
    ],
  }),
  example(PushTestOutcome, {
    outcome: 'sent',
    problem: null,
  }),
]
