import { Presence, PresenceInput, ReplyRules, ReplyRulesChange } from '../replies.ts'
import { example } from './example.ts'

export const repliesExamples = [
  example(Presence, {
    conversationId: '01a2031a-a033-7b5c-967d-7f80f24db8e5',
    who: 'who',
    name: 'Mara Ionescu',
    kind: 'looking',
    since: '2026-11-22T09:00:00.000Z',
    until: '2026-11-22T09:00:00.000Z',
  }),
  example(PresenceInput, {
    session: 'tab-1',
    kind: 'looking',
  }),
  example(ReplyRules, {
    windowDays: 3,
    threshold: 1,
  }),
  example(ReplyRulesChange, {
    windowDays: 3,
    threshold: 1,
  }),
]
