import { OutgoingMailView } from '../mail.ts'
import { example } from './example.ts'

export const mailExamples = [
  example(OutgoingMailView, {
    id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
    to: '2026-11-22',
    subject: 'conversation:01a2031a-ef7f-73b5-93ad-513614a9bfdc',
    state: 'waiting',
    problem: null,
    attempts: 1,
    createdAt: '2026-11-22T09:00:00.000Z',
    sentAt: '2026-11-22T09:00:00.000Z',
  }),
]
