import { CallOrder, OnCallPreviewInput, OnCallSettings, OnCallView } from '../on-call.ts'
import { example } from './example.ts'

export const onCallExamples = [
  example(OnCallSettings, {
    rota: [],
    severities: ['severitie'],
    stepMinutes: 3,
    repeats: 3,
  }),
  example(OnCallView, {
    settings: {
      rota: [],
      severities: ['severitie'],
      stepMinutes: 3,
      repeats: 3,
    },
    byReplyTimes: ['by reply time'],
    now: {
      at: '2026-11-22T09:00:00.000Z',
      onCall: [
        {
          id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
          name: 'Mara Ionescu',
        },
      ],
      owners: [
        {
          id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
          name: 'Mara Ionescu',
        },
      ],
    },
    members: [
      {
        id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
        name: 'Mara Ionescu',
      },
    ],
    mails: false,
    can: {
      change: false,
    },
  }),
  example(CallOrder, {
    at: '2026-11-22T09:00:00.000Z',
    onCall: [
      {
        id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
        name: 'Mara Ionescu',
      },
    ],
    owners: [
      {
        id: '01a2031a-a088-77b5-967d-7f80f24db8e5',
        name: 'Mara Ionescu',
      },
    ],
  }),
  example(OnCallPreviewInput, {
    rota: [],
    at: '2026-11-22T09:00:00.000Z',
  }),
]
