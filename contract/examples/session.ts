import { SessionView, Workspace } from '../session.ts'
import { example } from './example.ts'

export const sessionExamples = [
  example(SessionView, {
    stage: 'ready',
    me: {
      memberId: '01a20336-dd63-77dd-8cf6-a67a882eeb7a',
      name: 'admin 2',
      email: 'admin2@example.com',
      role: 'admin',
      abilities: ['read-conversations'],
      hasPassword: true,
    },
    workspace: {
      id: '01a20336-b37e-74c0-a87c-ecd2e778e7df',
      name: 'Bakery',
      timeZone: 'UTC',
      locale: 'en',
      hours: {
        mon: [['09:00', '17:00']],
        tue: [['09:00', '17:00']],
        wed: [['09:00', '17:00']],
        thu: [['09:00', '17:00']],
        fri: [['09:00', '17:00']],
        sat: [],
        sun: [],
      },
    },
    workspaces: [
      {
        id: '01a20336-b37e-74c0-a87c-ecd2e778e7df',
        name: 'Bakery',
      },
    ],
    setupLeft: ['business'],
  }),
  example(Workspace, {
    id: '01a20335-e6f4-74fb-8d37-300c40d53810',
    name: 'Bakery 14',
    timeZone: 'Europe/London',
    locale: 'en',
    hours: {
      mon: [['09:00', '17:00']],
      tue: [['09:00', '17:00']],
      wed: [['09:00', '17:00']],
      thu: [['09:00', '17:00']],
      fri: [['09:00', '17:00']],
      sat: [['10:00', '14:00']],
      sun: [],
    },
  }),
]
