import {
  Department,
  DepartmentChange,
  DepartmentInput,
  HandOverInput,
  SnoozeInput,
} from '../departments.ts'
import { example } from './example.ts'

export const departmentsExamples = [
  example(Department, {
    id: '01a20332-45a3-73f2-92de-1df8801a0332',
    name: 'Kitchen',
    members: [
      {
        id: '01a20332-230a-73af-82e4-6eb631b99da9',
        name: 'responder 2',
      },
    ],
    open: 0,
    can: {
      change: true,
    },
  }),
  example(DepartmentChange, {
    name: 'Mara Ionescu',
    memberIds: ['01a2031a-a022-7b5c-967d-7f80f24db8e5'],
  }),
  example(DepartmentInput, {
    name: 'Kitchen',
    memberIds: ['01a20332-230a-73af-82e4-6eb631b99da9'],
  }),
  example(HandOverInput, {
    departmentId: '01a20332-3824-72cc-81f6-b25c8135412d',
    note: 'For you.',
  }),
  example(SnoozeInput, {
    until: '2026-11-22T09:00:00.000Z',
    version: 3,
  }),
]
