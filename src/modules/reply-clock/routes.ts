import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  CalendarId,
  CalendarInput,
  CalendarView,
  ReplyPolicyInput,
  ReplyPolicyView,
} from '../../../contract/clock.ts'
import { listOf } from '../../../contract/http.ts'
import type { Db } from '../../platform/db.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import { addCalendar, changeCalendar, listCalendars, removeCalendar } from './change-calendars.ts'
import { changePolicy, getPolicy } from './change-policy.ts'

export type ReplyClockDeps = { db: Db; actorOf(request: FastifyRequest): Actor }

const tags = ['reply times']
const params = z.object({ id: CalendarId })

/** What was promised to whom, and when the business is open. */
export function registerReplyClock(app: App, { db, actorOf }: ReplyClockDeps): void {
  registerPolicy(app, { db, actorOf })
  const [access, manage] = ['read-conversations', 'manage-workspace'] as const
  app.get(
    '/api/v1/calendars',
    {
      config: { access },
      schema: { summary: 'Opening hours', tags, response: { 200: listOf(CalendarView) } },
    },
    async (request) => ({ items: await listCalendars(db, actorOf(request)), next: null }),
  )
  app.post(
    '/api/v1/calendars',
    {
      config: { access: manage },
      schema: {
        summary: 'Add a calendar',
        tags,
        body: CalendarInput,
        response: { 201: CalendarView },
      },
    },
    async (request, reply) => {
      reply.code(201)
      return addCalendar(db, actorOf(request), request.body)
    },
  )
  app.put(
    '/api/v1/calendars/:id',
    {
      config: { access: manage },
      schema: {
        summary: 'Change a calendar; what is due is worked out again',
        tags,
        params,
        body: CalendarInput,
        response: { 200: CalendarView },
      },
    },
    (request) => changeCalendar(db, actorOf(request), request.params.id, request.body),
  )
  app.delete(
    '/api/v1/calendars/:id',
    {
      config: { access: manage },
      schema: {
        summary: 'Remove a calendar that nothing counts by',
        tags,
        params,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await removeCalendar(db, actorOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
}

function registerPolicy(app: App, { db, actorOf }: ReplyClockDeps): void {
  app.get(
    '/api/v1/reply-policy',
    {
      config: { access: 'read-conversations' },
      schema: { summary: 'The promised reply times', tags, response: { 200: ReplyPolicyView } },
    },
    (request) => getPolicy(db, actorOf(request)),
  )
  app.put(
    '/api/v1/reply-policy',
    {
      config: { access: 'manage-workspace' },
      schema: {
        summary: 'Change the promised reply times; what is due is worked out again',
        tags,
        body: ReplyPolicyInput,
        response: { 200: ReplyPolicyView },
      },
    },
    (request) => changePolicy(db, actorOf(request), request.body),
  )
}
