import type { FastifyRequest } from 'fastify'
import { FigureRows, Figures, FiguresCsv, MoveRows } from '../../../contract/figures.ts'
import {
  FigureRowsQuery,
  FiguresCsvQuery,
  FiguresQuery,
  MoveRowsQuery,
} from '../../../contract/figures-query.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/db.ts'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import { listMoves } from './list-moves.ts'
import { listWaits } from './list-waits.ts'
import { readFigures } from './read-figures.ts'
import { writeFiguresCsv, writeWaitsCsv } from './write-csv.ts'
import { writeMovesCsv, writeReasonsCsv } from './write-moves-csv.ts'

export type FiguresDeps = { db: Db; clock: Clock; actorOf(request: FastifyRequest): Actor }

const access = 'read-conversations'
const tags = ['figures']

/** How long customers wait for a person, and the waits behind every number. Reads only. */
export function registerFigures(app: App, { db, clock, actorOf }: FiguresDeps): void {
  app.get(
    '/api/v1/figures',
    {
      config: { access },
      schema: {
        summary: 'How long customers waited, never-answered ones counted',
        description:
          'Waits that began in the period, followed up to now. Median and 90th percentile are by Kaplan and Meier: who still waits counts as waiting, who was closed without an answer as never answered.',
        tags,
        querystring: FiguresQuery,
        response: { 200: Figures },
      },
    },
    (request) => readFigures(db, actorOf(request), { query: request.query, now: clock() }),
  )
  app.get(
    '/api/v1/figures/rows',
    {
      config: { access },
      schema: {
        summary: 'The waits behind a figure, newest first',
        tags,
        querystring: FigureRowsQuery,
        response: { 200: FigureRows },
      },
    },
    (request) => listWaits(db, actorOf(request), { query: request.query, now: clock() }),
  )
  app.get(
    '/api/v1/figures/private-moves',
    {
      config: { access },
      schema: {
        summary: 'The moves to private behind a figure, newest first',
        tags,
        querystring: MoveRowsQuery,
        response: { 200: MoveRows },
      },
    },
    (request) => listMoves(db, actorOf(request), { query: request.query, now: clock() }),
  )
  registerTable(app, { db, clock, actorOf })
}

const writers = {
  figures: writeFiguresCsv,
  waits: writeWaitsCsv,
  reasons: writeReasonsCsv,
  moves: writeMovesCsv,
}

function registerTable(app: App, { db, clock, actorOf }: FiguresDeps): void {
  app.get(
    '/api/v1/figures.csv',
    {
      config: { access },
      schema: {
        summary: 'The figures, or what is behind them (`of`), as a table',
        tags,
        produces: ['text/csv'],
        querystring: FiguresCsvQuery,
        response: { 200: FiguresCsv },
      },
    },
    async (request, reply) => {
      const asked = { query: request.query, now: clock() }
      const text = await writers[asked.query.of](db, actorOf(request), asked)
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="parley-${asked.query.of}.csv"`)
        .header('cache-control', 'private, no-store')
        .send(text)
    },
  )
}
