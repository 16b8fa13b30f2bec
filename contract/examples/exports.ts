import { Export, ImportInput, ImportState } from '../exports.ts'
import { example } from './example.ts'

export const exportsExamples = [
  example(Export, {
    id: '01a20332-7190-721c-b91d-56cc17694915',
    state: 'ready',
    problem: null,
    askedBy: 'Olga 1',
    createdAt: '2026-11-22T12:19:27.248Z',
    finishedAt: '2026-11-22T12:19:28.682Z',
    expiresAt: '2026-11-29T12:19:28.682Z',
    rowsDone: 60,
    rowsTotal: 60,
    bytes: 11988,
    path: '/api/v1/exports/01a20332-7190-721c-b91d-56cc17694915/file',
  }),
  example(ImportInput, {
    bytes: 10,
  }),
  example(ImportState, {
    id: 'u-rl9Giy82IooTeEkmv_StSjmupSx-IQ',
    stage: 'done',
    received: 11988,
    bytes: 11988,
    rowsDone: 60,
    rowsTotal: 60,
    problem: null,
    result: {
      business: 'Moving Bakery',
      rows: 60,
      media: 1,
      again: {
        accounts: ['shop@127.0.0.1:33525'],
        webhooks: ['https://hook.example/x'],
        keys: ['till', 'test', 'test'],
        providers: [],
      },
      undecided: 0,
      owners: [
        {
          name: 'Olga 1',
          email: 'owner1@example.com',
          link: 'http://127.0.0.1:4400/invitation#invite_ZrWdeRUp1CtIROWrChuEcCcgq4wJ0G-ZZY1o2LpTFbA',
        },
      ],
      auditOk: true,
    },
  }),
]
