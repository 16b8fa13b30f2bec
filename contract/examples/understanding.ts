import { CorrectedMessage, KindInput } from '../understanding.ts'
import { example } from './example.ts'

export const understandingExamples = [
  example(KindInput, { kind: 'complaint' }),
  example(CorrectedMessage, {
    conversationId: '01a2031a-a033-7b5c-967d-7f80f24db8e5',
    kind: 'complaint',
    feeling: -50,
    correctedBy: 'Olga',
  }),
]
