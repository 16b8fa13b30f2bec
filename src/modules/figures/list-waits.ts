import { z } from 'zod'
import type { FigureRow } from '../../../contract/figures.ts'
import type { FigureRowsQuery } from '../../../contract/figures-query.ts'
import { ConversationId } from '../../../contract/ids.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { type Actor, authorize } from '../access/index.ts'
import { DAY } from '../reply-clock/index.ts'
import { makeCursor, parseCursor } from './cursor.ts'
import { type Fact, matches, readFacts } from './facts.ts'
import { choosePeriod } from './period.ts'
import { canReadFigures } from './policy.ts'
import { readSetting } from './read-figures.ts'
import { readCustomers, type Span } from './store.ts'

const Cursor = z.tuple([z.int().min(0), ConversationId])
type Cursor = z.infer<typeof Cursor>

/**
 * The waits behind a figure, newest first. Keyset paging by (since, conversation). The period is read from
 * its end in stretches that double until the page is full, so that a page of a busy year costs about its
 * own days, not the year.
 * @throws AppError `bad-input` for a cursor that this list did not give
 */
export async function listWaits(
  db: Db,
  actor: Actor,
  { query, now }: { query: FigureRowsQuery; now: Date },
): Promise<{ items: FigureRow[]; next: string | null }> {
  authorize(actor, canReadFigures(actor))
  const { workspaceId } = actor
  const after = query.cursor === undefined ? null : parseCursor(query.cursor, Cursor)
  return inWorkspace(db, workspaceId, async (tx) => {
    const setting = await readSetting(tx, workspaceId, now)
    const period = choosePeriod(query, setting.zone, now)
    const found: Fact[] = []
    for (const span of stretches(period, after)) {
      const here: Fact[] = []
      for await (const some of readFacts(tx, workspaceId, { span, filter: query, setting }))
        for (const fact of some)
          if (matches(fact, query.by, query) && comesAfter(fact, after)) here.push(fact)
      for (const fact of here.sort(newestFirst)) found.push(fact)
      if (found.length > query.limit) break
    }
    const page = found.slice(0, query.limit)
    const last = found.length > query.limit ? page.at(-1) : undefined
    const ids = page.map(({ conversationId }) => conversationId)
    const customers = await readCustomers(tx, workspaceId, ids)
    return {
      items: page.map((fact) => viewWait(fact, customers.get(fact.conversationId) ?? '')),
      next: last ? makeCursor([last.since, last.conversationId]) : null,
    }
  })
}

function* stretches({ from, to }: Span, after: Cursor | null): Generator<Span> {
  let end = after === null ? to.getTime() : Math.min(to.getTime(), after[0] + 1)
  for (let length = DAY; end > from.getTime(); length *= 2) {
    const start = Math.max(from.getTime(), end - length)
    yield { from: new Date(start), to: new Date(end) }
    end = start
  }
}

function newestFirst(a: Fact, b: Fact): number {
  return b.since - a.since || (a.conversationId < b.conversationId ? -1 : 1)
}

function comesAfter({ since, conversationId }: Fact, after: Cursor | null): boolean {
  return after === null || since < after[0] || (since === after[0] && conversationId > after[1])
}

function viewWait(fact: Fact, customer: string): FigureRow {
  return {
    conversationId: fact.conversationId,
    channelId: fact.channelId,
    customer,
    since: new Date(fact.since).toISOString(),
    answeredAt: fact.answeredAt === null ? null : new Date(fact.answeredAt).toISOString(),
    outcome: fact.end,
    elapsed: { calendar: fact.calendar, business: fact.business },
    gap: fact.gap,
  }
}
