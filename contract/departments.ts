import { z } from 'zod'
import { Time } from './http.ts'
import { DepartmentId, HandOverId, MemberId } from './ids.ts'

const Name = z.string().trim().min(1).max(80)

/** A part of the business that holds conversations together. A member may be in several. */
export const Department = z.object({
  id: DepartmentId,
  name: z.string(),
  members: z.array(z.object({ id: MemberId, name: z.string() })),
  /** Conversations that are not done. */
  open: z.int(),
  can: z.object({ change: z.boolean() }),
})
export type Department = z.infer<typeof Department>

/** `POST /api/v1/departments`. */
export const DepartmentInput = z.object({
  name: Name,
  memberIds: z.array(MemberId).max(500).default([]),
})
export type DepartmentInput = z.infer<typeof DepartmentInput>

/** `PATCH /api/v1/departments/{id}`. `memberIds` are all members from now on. */
export const DepartmentChange = z.object({
  name: Name.optional(),
  memberIds: z.array(MemberId).max(500).optional(),
})
export type DepartmentChange = z.infer<typeof DepartmentChange>

/** `POST /api/v1/conversations/{id}/hand-over`: to a department, to somebody, or to somebody of a department. */
export const HandOverInput = z
  .object({
    departmentId: DepartmentId.optional(),
    memberId: MemberId.optional(),
    note: z.string().trim().min(1).max(20_000),
    version: z.int().optional(),
  })
  .refine((to) => to.departmentId !== undefined || to.memberId !== undefined, {
    path: ['departmentId'],
    message: 'Name a department or a colleague.',
  })
export type HandOverInput = z.infer<typeof HandOverInput>

/** A hand-over that is pinned in its conversation. */
export const HandOver = z.object({
  id: HandOverId,
  byName: z.string(),
  at: Time,
  note: z.string(),
  toDepartment: z.string().nullable(),
  toMember: z.string().nullable(),
  can: z.object({
    /** Nothing has changed since, so that it can be as it was. */
    undo: z.boolean(),
    settle: z.boolean(),
  }),
})
export type HandOver = z.infer<typeof HandOver>

/** `PUT /api/v1/conversations/{id}/snooze`. */
export const SnoozeInput = z.object({ until: Time, version: z.int().optional() })
export type SnoozeInput = z.infer<typeof SnoozeInput>
