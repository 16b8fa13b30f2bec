import {
  CalendarInput,
  CalendarView,
  ClockPreview,
  ClockPreviewInput,
  ReplyPolicyInput,
  ReplyPolicyView,
} from '../clock.ts'
import { example } from './example.ts'

export const clockExamples = [
  example(CalendarInput, {
    name: 'Night',
    timeZone: 'Asia/Tokyo',
    hours: {
      mon: [['09:00', '17:00']],
      tue: [['09:00', '17:00']],
      wed: [['09:00', '17:00']],
      thu: [['09:00', '17:00']],
      fri: [['09:00', '17:00']],
    },
  }),
  example(CalendarView, {
    id: '01a20335-e6f4-74fb-8d37-300c40d53810',
    name: 'Opening hours',
    timeZone: 'Europe/London',
    hours: {
      fri: [['09:00', '17:00']],
      mon: [['09:00', '17:00']],
      sat: [['10:00', '14:00']],
      thu: [['09:00', '17:00']],
      tue: [['09:00', '17:00']],
      wed: [['09:00', '17:00']],
    },
    holidays: [],
    isDefault: true,
  }),
  example(ClockPreview, {
    target: {
      unit: 'business-minutes',
      minutes: 30,
    },
    calendarId: '01a20335-cd67-738a-8cd2-86d7548e86be',
    ignoresOfficeHours: false,
    rule: null,
    fitting: [],
    due: '2026-11-30T07:15:00.000Z',
    noDue: null,
    open: {
      waiting: 3,
      lateNow: 0,
      lateThen: 2,
      becomingLate: 2,
      noLongerLate: 0,
    },
  }),
  example(ClockPreviewInput, {
    policy: {
      rules: [],
      precedence: ['person', 'severity', 'language', 'channel'],
      fallback: {
        target: {
          unit: 'business-minutes',
          minutes: 30,
        },
        calendarId: '01a20335-cd67-738a-8cd2-86d7548e86be',
      },
    },
    at: '2026-11-27T14:45:00.000Z',
  }),
  example(ReplyPolicyInput, {
    policy: {
      rules: [
        {
          when: {
            personId: '01a20336-3aca-760f-9134-577e1a7bff57',
          },
          target: {
            unit: 'calendar-minutes',
            minutes: 5,
          },
        },
      ],
      precedence: ['person', 'severity', 'language', 'channel'],
      fallback: {
        target: {
          unit: 'calendar-minutes',
          minutes: 240,
        },
        calendarId: '01a20335-51a8-75c7-bbdf-8589e5639216',
      },
    },
    version: 1,
  }),
  example(ReplyPolicyView, {
    version: 3,
    policy: {
      rules: [
        {
          when: {
            channelId: '01a20334-ec1b-705e-a42a-f4cd12d32ddf',
            language: 'en',
          },
          target: {
            unit: 'calendar-minutes',
            minutes: 30,
          },
        },
      ],
      precedence: ['person', 'severity', 'language', 'channel'],
      fallback: {
        target: {
          unit: 'calendar-minutes',
          minutes: 1000,
        },
        calendarId: '01a20334-dede-7080-bfc6-0873674d7fbd',
      },
    },
    people: [],
  }),
]
