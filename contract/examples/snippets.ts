import { Snippet, SnippetChange, SnippetInput } from '../snippets.ts'
import { example } from './example.ts'

export const snippetsExamples = [
  example(Snippet, {
    id: '01a20332-47e1-71e0-bd50-2bc9203c2f03',
    name: 'Thanks',
    shared: true,
    en: 'Thank you!',
    ro: '',
    changedAt: '2026-11-22T12:19:16.619Z',
    can: {
      change: true,
    },
  }),
  example(SnippetChange, {
    en: 'Thank you, {name}!',
  }),
  example(SnippetInput, {
    name: 'Thanks',
    shared: true,
    en: 'Thank you!',
  }),
]
