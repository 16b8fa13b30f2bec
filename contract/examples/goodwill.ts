import {
  Goodwill,
  GoodwillChange,
  GoodwillInput,
  GoodwillMonth,
  GoodwillSettings,
} from '../goodwill.ts'
import { example } from './example.ts'

export const goodwillExamples = [
  example(Goodwill, {
    id: '01a20332-4249-767b-98d8-dfe805c71b1a',
    conversationId: '01a20332-3da1-736d-8208-10e8da0f91b5',
    person: 'mara',
    kind: 'gift',
    cost: 500,
    currency: 'EUR',
    note: 'A cake',
    byName: 'Olga 1',
    at: '2026-11-22T12:19:15.147Z',
    can: {
      change: true,
    },
  }),
  example(GoodwillChange, {
    kind: 'gift',
    cost: 3,
    note: 'A cake as an apology',
  }),
  example(GoodwillInput, {
    kind: 'gift',
    cost: 500,
    note: 'A cake',
  }),
  example(GoodwillMonth, {
    month: '2026-11',
    currency: 'EUR',
    count: 1,
    cost: 500,
  }),
  example(GoodwillSettings, {
    currency: 'EUR',
  }),
]
