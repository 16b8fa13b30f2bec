import { stringify } from 'csv-stringify/sync'
import type { Quantile, Sample } from '../../../contract/figures.ts'
import type { FiguresCsvQuery } from '../../../contract/figures-query.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { type Actor, authorize } from '../access/index.ts'
import { type Fact, matches, readFacts } from './facts.ts'
import { choosePeriod } from './period.ts'
import { canReadFigures } from './policy.ts'
import { readFigures, readSetting } from './read-figures.ts'

type Asked = { query: FiguresCsvQuery; now: Date }

/** A line for all and one for each group; times in minutes. */
export async function writeFiguresCsv(db: Db, actor: Actor, asked: Asked): Promise<string> {
  const { by, total, groups } = await readFigures(db, actor, asked)
  const lines = [{ key: 'all', label: null, sample: total }, ...groups].map((group) => [
    by,
    group.key,
    group.label ?? '',
    ...cellsOf(group.sample),
  ])
  return toCsv([figureColumns, ...lines])
}

/** A line for each wait behind a figure, oldest first; times in minutes. */
export async function writeWaitsCsv(db: Db, actor: Actor, { query, now }: Asked): Promise<string> {
  authorize(actor, canReadFigures(actor))
  const { workspaceId } = actor
  const facts = await inWorkspace(db, workspaceId, async (tx) => {
    const setting = await readSetting(tx, workspaceId, now)
    const span = choosePeriod(query, setting.zone, now)
    const found: Fact[] = []
    for await (const some of readFacts(tx, workspaceId, { span, filter: query, setting }))
      for (const fact of some) if (matches(fact, query.by, query)) found.push(fact)
    return found
  })
  facts.sort((a, b) => a.since - b.since || (a.conversationId < b.conversationId ? -1 : 1))
  return toCsv([waitColumns, ...facts.map(lineOf)])
}

const figureColumns = [
  'by',
  'key',
  'name',
  'waits',
  'answered',
  'still_waiting',
  'closed_unanswered',
  'share_answered',
  ...['calendar', 'business'].flatMap((clock) =>
    ['median', 'p90'].flatMap((name) =>
      ['minutes', 'is_more_than', 'low', 'high'].map((what) => `${name}_${clock}_${what}`),
    ),
  ),
]

const waitColumns = [
  'conversation',
  'channel',
  'language',
  'member',
  'since',
  'answered_at',
  'outcome',
  'calendar_minutes',
  'business_minutes',
  'nobody_on_duty',
]

function cellsOf(sample: Sample): (string | number)[] {
  const share = sample.shareAnswered === null ? '' : round(sample.shareAnswered)
  return [
    sample.waits,
    sample.answered,
    sample.waiting,
    sample.closed,
    share,
    ...[sample.calendar, sample.business].flatMap((spread) => [
      ...quantileCells(spread?.median),
      ...quantileCells(spread?.p90),
    ]),
  ]
}

function quantileCells(quantile: Quantile | undefined): (string | number)[] {
  if (!quantile) return ['', '', '', '']
  const { ms, moreThan, low, high } = quantile
  return [minutes(ms), moreThan ? 'yes' : 'no', minutes(low), minutes(high)]
}

function lineOf(fact: Fact): (string | number)[] {
  return [
    fact.conversationId,
    fact.channelId,
    fact.language,
    fact.member,
    new Date(fact.since).toISOString(),
    fact.answeredAt === null ? '' : new Date(fact.answeredAt).toISOString(),
    fact.end,
    minutes(fact.calendar),
    minutes(fact.business),
    fact.gap ? 'yes' : 'no',
  ]
}

function minutes(ms: number | null): number | '' {
  return ms === null ? '' : round(ms / 60_000)
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

/** Never a formula, whatever an account is called. */
export function toCsv(lines: readonly (readonly (string | number)[])[]): string {
  return stringify([...lines], { escape_formulas: true, record_delimiter: 'windows' })
}
