import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Department, DepartmentChange, DepartmentInput } from '../../../contract/departments.ts'
import { listOf } from '../../../contract/http.ts'
import { DepartmentId } from '../../../contract/ids.ts'
import type { Db } from '../../platform/db.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import {
  changeDepartment,
  createDepartment,
  getDepartments,
  removeDepartment,
} from './manage-departments.ts'

export type DepartmentDeps = { db: Db; actorOf(request: FastifyRequest): Actor }

const tags = ['departments']
const params = z.object({ id: DepartmentId })
const config = { access: 'manage-workspace' } as const

/** Departments and who is in them. */
export function registerDepartments(app: App, { db, actorOf }: DepartmentDeps): void {
  app.get(
    '/api/v1/departments',
    {
      config: { access: 'read-conversations' },
      schema: {
        summary: 'Departments and their members',
        tags,
        response: { 200: listOf(Department) },
      },
    },
    async (request) => ({ items: await getDepartments(db, actorOf(request)), next: null }),
  )
  app.post(
    '/api/v1/departments',
    {
      config,
      schema: {
        summary: 'Make a department',
        tags,
        body: DepartmentInput,
        response: { 201: Department },
      },
    },
    async (request, reply) => {
      reply.code(201)
      return createDepartment(db, actorOf(request), request.body)
    },
  )
  app.patch(
    '/api/v1/departments/:id',
    {
      config,
      schema: {
        summary: 'Rename a department or change who is in it',
        tags,
        params,
        body: DepartmentChange,
        response: { 200: Department },
      },
    },
    (request) => changeDepartment(db, actorOf(request), request.params.id, request.body),
  )
  app.delete(
    '/api/v1/departments/:id',
    {
      config,
      schema: {
        summary: 'Remove a department that holds nothing open',
        tags,
        params,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await removeDepartment(db, actorOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
}
