import { NewWebhook, Webhook, WebhookCall, WebhookChange, WebhookInput } from '../webhooks.ts'
import { example } from './example.ts'

export const webhooksExamples = [
  example(NewWebhook, {
    id: '01a20332-482f-735f-8e31-e1577933e9d7',
    url: 'https://hook.example/x',
    events: ['reply.sent'],
    state: 'active',
    pausedWhy: null,
    failures: 0,
    succeededAt: null,
    createdAt: '2026-11-22T12:19:16.673Z',
    secret: 'whsec_w3lsi0L06dCZvnNfmBDusKFQaodQme8+caEHmD9qmPY=',
  }),
  example(Webhook, {
    id: '01a20332-4ca0-759f-beff-2a6408943386',
    url: 'http://127.0.0.1:39469/hook?shop=1',
    events: ['reply.sent'],
    state: 'active',
    pausedWhy: null,
    failures: 0,
    succeededAt: '2026-11-22T12:19:25.241Z',
    createdAt: '2026-11-22T12:19:17.883Z',
  }),
  example(WebhookCall, {
    id: '01a20332-4dd8-7361-8344-178f6755ceb5',
    type: 'webhook.test',
    state: 'waiting',
    createdAt: '2026-11-22T12:19:18.104Z',
    tries: 1,
    nextAt: '2026-11-22T12:19:23.991Z',
    last: {
      at: '2026-11-22T12:19:18.606Z',
      status: 500,
      milliseconds: 72,
      answer: 'the till is broken',
      problem: 'It answered with 500; 200 to 299 means that it was heard.',
    },
  }),
  example(WebhookChange, {
    active: true,
  }),
  example(WebhookInput, {
    url: 'shop',
    events: ['reply.sent'],
  }),
]
