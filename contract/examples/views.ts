import { SavedView, ViewChange, ViewInput } from '../views.ts'
import { example } from './example.ts'

export const viewsExamples = [
  example(SavedView, {
    id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
    name: 'Late and mine',
    filter: {
      view: 'mine',
      sort: 'due',
      channel: '01a2031a-a055-7b5c-967d-7f80f24db8e5',
      department: '01a2031a-a066-7b5c-967d-7f80f24db8e5',
      overdue: 'true',
      text: 'Good morning! We open at seven, every day.',
    },
    shared: true,
    count: 2,
    can: {
      change: false,
    },
  }),
  example(ViewChange, {
    name: 'Late and mine',
    filter: {
      view: 'mine',
      sort: 'due',
      channel: '01a2031a-a055-7b5c-967d-7f80f24db8e5',
      department: '01a2031a-a066-7b5c-967d-7f80f24db8e5',
      overdue: 'true',
      text: 'Good morning! We open at seven, every day.',
    },
    shared: true,
  }),
  example(ViewInput, {
    name: 'Late and mine',
    filter: {
      view: 'mine',
      sort: 'due',
      channel: '01a2031a-a055-7b5c-967d-7f80f24db8e5',
      department: '01a2031a-a066-7b5c-967d-7f80f24db8e5',
      overdue: 'true',
      text: 'Good morning! We open at seven, every day.',
    },
    shared: true,
  }),
]
